import ZentrunkCore

extension LiveKitAdapter {
    /// What the documentation says beside the template and the kinds.
    static let guide = PlatformGuide(
        summary: """
            LiveKit takes inbound calls through an inbound trunk and puts them into rooms by a dispatch rule, which may send an \
            agent along; outbound calls go through an outbound trunk with a username and password. Each exists once for all \
            numbers of a connection. LiveKit Cloud and self-hosted servers are handled alike.
            """,
        prerequisites: [
            "For inbound calls the project's SIP host, as `--sip-host` or `LIVEKIT_SIP_HOST`. On LiveKit Cloud it is the project's id without `p_`, followed by `.sip.livekit.cloud`; the settings page shows it as SIP URI. It is not the name in `LIVEKIT_URL` and cannot be derived from URL or key.",
            "An agent worker that registers under a name, for `--agent`. A worker without a name takes every room: then say `--no-agent`. Without either, every plan warns that callers may hear nothing.",
            "A clock that is right: tokens are signed on this machine and hold for minutes.",
        ],
        keyRights: """
            LiveKit: an API key and its secret, of the project at `LIVEKIT_URL`. Tokens for the grant `sip.admin` are signed with the \
            secret, which itself is never sent.
            """,
        example: "--sip-host ID.sip.livekit.cloud --agent NAME",
        traps: [
            .init(
                "Only credentials outward",
                "LiveKit Cloud's addresses are shared by all its customers, so an IP access list at Plivo would let strangers use the trunk. LiveKit's guide for Plivo uses credentials only, and so does this."
            ),
            .init(
                "One inbound trunk per number",
                "LiveKit refuses a second inbound trunk with the same number, unless callers tell them apart. That is told before anything is written, with the command that ends it. A trunk can still be moved onto a number that another one has: then every call fails with `Multiple SIP Trunks matched`. From then on every update of either trunk is refused. So `plan`, `show` and `connect` look for such trunks each time, also when nothing changes."
            ),
            .init(
                "Rules of others on the same trunk",
                "Of two rules that name one trunk LiveKit takes the one that says more of the call: called number, caller, or a PIN, which it then asks for. Plans warn of them. A rule that names no trunk takes only what no other rule takes."
            ),
            .init(
                "Restrictions set by hand",
                "`allowedNumbers` and `allowedAddresses` of the trunk, `numbers`, `inboundNumbers` and a PIN of the rule stop calls: plans warn of them."
            ),
            .init(
                "Indian numbers",
                "Calls have to be anchored in India on both sides: the SIP host in India inbound, `--destination-country in` outbound. Otherwise they fail, typically with 403."
            ),
            .init(
                "Encryption under two names",
                "Newer servers read `media.encryption`, older ones `mediaEncryption`; both are always sent, alike. It is required with `--secure` and off without: a mismatch fails the call."
            ),
            .init(
                "Unknown members and names vanish",
                "A misspelt member of a request is dropped without a word. So is a name that an enumeration does not have, such as `TLS` for `SIP_TRANSPORT_TLS`, on the open-source server: a create then means `AUTO` or `DISABLE`, an update changes nothing. Whether LiveKit Cloud refuses such a name is unknown. A username without a password quietly means an open trunk. Everything is read back."
            ),
            .init(
                "Updates replace",
                "A dispatch rule's agents can only be changed by replacing the whole rule, which resets what is not sent: everything that is there goes along."
            ),
            .init(
                "Passwords in lists",
                "LiveKit's lists return passwords. They are stripped where an answer is read, and kept nowhere."),
            .init(
                "Transport",
                "`transport=tcp` is what LiveKit recommends, `transport=tls` with `--secure`. *Open:* whether Plivo's inbound trunk needs its own `secure` for that; LiveKit's guide does not say."
            ),
        ],
        sources: [
            .init("LiveKit: Plivo", "https://docs.livekit.io/telephony/start/providers/plivo/"),
            .init("LiveKit: inbound trunks", "https://docs.livekit.io/telephony/accepting-calls/inbound-trunk/"),
            .init("LiveKit: SIP API", "https://docs.livekit.io/reference/telephony/sip-api/"),
        ])
}
