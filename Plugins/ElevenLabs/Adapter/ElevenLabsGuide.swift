import ZentrunkCore

extension ElevenLabsAdapter {
    /// What the documentation says beside the template and the kinds.
    static let guide = PlatformGuide(
        summary: """
            An ElevenLabs number is imported once, with the trunk configuration of both directions and the agent in one object. \
            Outbound calls go to the domain of a Zentrunk trunk with a username and password; inbound calls go from an inbound \
            trunk to the SIP host that all customers of a region share, and are told apart by the number.
            """,
        prerequisites: [
            "An agent for inbound calls; without one a number can be imported, but nobody answers.",
            "A workspace of data residency (eu, in, sg) is a world of its own, with agents and keys of its own: say `--region`. `default` and `us` are two doors to one workspace.",
        ],
        keyRights: """
            ElevenLabs: a key with the right *ElevenAgents: Write* (`convai_write`). A right that is missing is answered 401, like a \
            wrong key.
            """,
        example: "--agent ID",
        traps: [
            .init(
                "Only credentials outward",
                "ElevenLabs calls from addresses that change, unless one has its offer of static addresses; so an IP access list at Plivo cannot work, and credentials are the default."
            ),
            .init(
                "Encryption is said explicitly",
                "Left out, ElevenLabs' `media_encryption` is `allowed`, which may offer SRTP to a trunk that is not secure, and Plivo ends such a call. So it is `disabled` or, with `--secure`, `required`, together with TCP or TLS; both halves change together."
            ),
            .init(
                "Never UDP",
                "Older pages say that UDP is not available, newer ones that it is experimental. URIs say `transport=tcp` or `transport=tls`, and the outbound transport is never left to `auto`."
            ),
            .init(
                "Which domain to dial",
                "ElevenLabs' guide for Plivo writes another termination host than Plivo's own guide. Plivo's is used: the trunk's domain below `zt.plivo.com`, bare, without `sip:`."
            ),
            .init(
                "Spelling of the number",
                "The number has to equal what stands in the call, plus included; it is imported as E.164 with plus."),
            .init(
                "Restricting callers",
                "`--restrict-sources` takes calls from Plivo's networks only. `allowed_numbers` is left alone: it lists callers, and one's own number in it would shut everybody else out. Where it is set, plans warn of it, as of `remote_domains` and of addresses that no option sets."
            ),
            .init(
                "Updates of the configuration",
                "Whether a PATCH merges the two trunk configurations or replaces them is documented nowhere, so they are sent whole, and what shall go is sent as null. *Open:* a live call."
            ),
            .init(
                "Importing a number twice",
                "What happens is undocumented. After an unclear answer the number is looked for before anything is sent again. *Open:* a live call."
            ),
            .init(
                "SIP host in India",
                "Plivo's guide names the plain host of the region, ElevenLabs' pages the one with static addresses. The plain one is used; `--sip-host` takes another."
            ),
        ],
        sources: [
            .init("ElevenLabs: SIP trunking", "https://elevenlabs.io/docs/agents-platform/phone-numbers/sip-trunking"),
            .init(
                "ElevenLabs: phone numbers API", "https://elevenlabs.io/docs/api-reference/phone-numbers/create"),
            .init(
                "ElevenLabs: data residency",
                "https://elevenlabs.io/docs/product-guides/administration/data-residency"),
            .init("ElevenLabs: errors", "https://elevenlabs.io/docs/eleven-api/resources/errors"),
        ])
}
