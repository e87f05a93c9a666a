import ZentrunkCore

extension VapiAdapter {
    /// What the documentation says beside the template and the kinds.
    static let guide = PlatformGuide(
        summary: """
            A Vapi number of its own carrier uses a SIP trunk credential. One credential holds both directions: an outbound-only \
            gateway with the domain of a Zentrunk trunk, and Plivo's signalling networks as inbound-only gateways. Inbound calls \
            go from an inbound trunk to the credential's own SIP host.
            """,
        prerequisites: [
            "Key, API (`https://api.vapi.ai` in us, `https://api.eu.vapi.ai` in eu) and SIP host have to be of one region. `--region` sets API, SIP host and addresses together; the key is yours to match. To move a connection to the other region, disconnect it and connect it there."
        ],
        keyRights: """
            Vapi: a **private** key of the organisation. Private keys have no documented scopes and may do everything in it, which includes making \
            credentials and phone numbers. The public key looks the same and is answered 401.
            """,
        example: "--assistant ID",
        traps: [
            .init(
                "Host of the origination URI",
                "Plivo's guide and Vapi's page for Plivo say plain `sip.vapi.ai`; Vapi's pages for trunks in general and for Twilio say `<credential id>.sip.vapi.ai`. The credential's own host is used: Plivo's networks are shared by all its customers, and the host says whose trunk it is. *Open:* a live call. A template of your own can say otherwise."
            ),
            .init(
                "Inbound gateways",
                "Vapi's page for Plivo sends an inbound credential with a `type` and no gateways, which Vapi's schema has not and does not allow. Its Twilio page lists the carrier's networks as inbound-only gateways beside the outbound host; so it is done here, in one credential, with all networks, since a call may enter through another region. With the trunk's domain alone, outbound calls work and inbound ones are dropped without a visible error."
            ),
            .init(
                "Spelling of the number",
                "Guides write it with and without plus, with the check on and off. Here: with plus, and `numberE164CheckEnabled` on. The stored number has to equal what arrives. *Open:* which form Plivo sends."
            ),
            .init(
                "Plus on outbound calls",
                "Vapi's page for Plivo leaves `outboundLeadingPlusEnabled` off; Plivo asks for E.164. It is switched on."
            ),
            .init(
                "IP list or credentials",
                "Plivo's guide uses the list. Vapi advises against lists in general, as its servers are shared, and names Plivo as an exception. With a list, any Vapi customer who knows the trunk's domain sends from the same addresses; `--auth credentials` closes that."
            ),
            .init(
                "A third US address",
                "An unmerged change to Vapi's documentation names 34.213.129.25. It is left out. If calls are refused now and then, use `--auth credentials`, or a template that adds it."
            ),
            .init(
                "`/credential` is not in the published OpenAPI",
                "Vapi's current guides use it all the same, and so does this. Vapi returns what was sent, without defaults and without passwords; defaults are filled in before comparing."
            ),
            .init(
                "What answers a call",
                "Without assistant, squad and workflow Vapi asks the server of the number, then that of the organisation, and ends the call when neither says what answers. So an inbound number without any of them is refused, unless `--no-agent` says that the organisation's server decides. What somebody set on the record by hand counts, and is kept."
            ),
            .init(
                "Members set by hand",
                "A number's `hooks` and `fallbackDestination`, a number that Vapi has blocked, and a credential's `techPrefix` stop calls or lead them elsewhere: every plan warns of them. So it does of a second record of the number."
            ),
            .init(
                "Taking an assistant away",
                "One page sends `assistantId: null`; the schema does not allow null. So `--set assistant=` replaces the number's record instead of clearing the field. A server URL goes by an empty `server`, which the schema allows. *Open:* whether Vapi accepts the same digits twice for that moment."
            ),
            .init(
                "Taking the authentication away",
                "Nothing is known to take `outboundAuthenticationPlan` away. A connection that loses it, by `--auth ip-acl` or `--direction inbound`, gets a new Vapi credential, and its origination URI and numbers are pointed there."
            ),
            .init(
                "TLS and SRTP",
                "`--secure` means `tls/srtp` on port 5061 outward and `:5061;transport=tls` inward; Plivo bills it. *Open:* whether this pair works in live calls."
            ),
            .init(
                "SIP REFER",
                "Vapi's page says that Plivo trunks refuse it; Plivo's newer pages say that it is supported towards numbers at the trunk's domain. Nothing is set for it."
            ),
        ],
        sources: [
            .init("Vapi: SIP trunking", "https://docs.vapi.ai/advanced/sip/sip-trunk"),
            .init("Vapi: Plivo", "https://docs.vapi.ai/advanced/sip/plivo"),
            .init("Vapi: Twilio, the example with inbound gateways", "https://docs.vapi.ai/advanced/sip/twilio"),
            .init("Vapi: SIP networking, addresses by region", "https://docs.vapi.ai/advanced/sip/sip-networking"),
            .init("Vapi: OpenAPI", "https://api.vapi.ai/api-json"),
        ])
}
