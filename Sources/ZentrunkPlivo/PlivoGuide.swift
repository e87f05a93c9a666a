public import ZentrunkCore

extension PlivoCarrier {
    /// What users need to know about the carrier, for any platform.
    public static let guide = PlatformGuide(
        prerequisites: [
            "A Plivo account with Zentrunk switched on, and a voice-enabled number on it. Without Zentrunk its API answers 403."
        ],
        keyRights: """
            Plivo: the Auth ID and Auth Token of the account that owns the number. SIP passwords are derived from the token, so \
            another token means new ones.
            """,
        sources: [
            .init("Plivo: Zentrunk and voice platforms", "https://www.plivo.com/docs/voice-agents/sip-trunking/"),
            .init("Plivo: Zentrunk", "https://www.plivo.com/docs/sip-trunking/"),
            .init("Plivo: Zentrunk API", "https://www.plivo.com/docs/voice-agents/sip-trunking/api/sip-trunking"),
            .init(
                "Plivo: networks of Zentrunk", "https://www.plivo.com/docs/sip-trunking/concepts/network-configuration"),
            .init("Plivo: numbers API", "https://www.plivo.com/docs/numbers/api/account-phone-number"),
        ])
}
