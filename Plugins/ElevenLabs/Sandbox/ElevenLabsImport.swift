import ZentrunkJSON
import ZentrunkSandbox

/// The members that imports and updates can contain. <https://elevenlabs.io/docs/api-reference/phone-numbers/create>
enum ElevenLabsImport {
    struct Variant: Sendable {
        /// The schema's name, as shown in faults.
        var name: String
        var provider: ElevenLabsService.Provider
        var shape: ElevenLabsShape
    }

    /// Variants in the order in which the service tries them.
    static let variants = [
        Variant(
            name: "CreateTwilioPhoneNumberRequest", provider: .twilio,
            shape: shape(
                .twilio,
                fields: [
                    "sid": .text, "token": .text, "enable_sms": .truth, "region_config": .nullable(.object(region)),
                ],
                required: ["sid", "token"])),
        Variant(
            name: "CreateExotelPhoneNumberRequest", provider: .exotel,
            shape: shape(
                .exotel,
                fields: [
                    "account_sid": .text, "api_key": .text, "api_token": .text, "app_id": .text,
                    "api_subdomain": .choice(["api.in.exotel.com", "api.exotel.com"]), "applet_url": .nullable(.text),
                ], required: ["account_sid", "api_key", "api_token", "api_subdomain", "app_id"])),
        Variant(
            name: "CreateSIPTrunkPhoneNumberRequestV2", provider: .sipTrunk,
            shape: shape(.sipTrunk, fields: trunks, required: [])),
    ]

    /// The shape of an update. The number and the provider cannot change.
    static let update = ElevenLabsShape(
        fields: trunks.merging([
            "agent_id": .nullable(.text), "label": .nullable(.text), "environment": .nullable(.text),
            "branch_id": .nullable(.text), "store_sip_messages": .nullable(.truth),
            "livekit_stack": .nullable(.choice(["standard", "static"])),
        ]) { $1 })

    private static let trunks = Dictionary(
        uniqueKeysWithValues: ElevenLabsTrunk.allCases.map {
            ($0.field, ElevenLabsShape.Rule.nullable(.object($0.shape)))
        })

    private static let region = ElevenLabsShape(
        fields: [
            "region_id": .choice(["us1", "ie1", "au1"]), "token": .text,
            "edge_location": .choice([
                "ashburn", "dublin", "frankfurt", "sao-paulo", "singapore", "sydney", "tokyo", "umatilla", "roaming",
            ]),
        ], required: ["region_id", "token", "edge_location"])

    private static func shape(
        _ provider: ElevenLabsService.Provider, fields: [String: ElevenLabsShape.Rule], required: [String]
    ) -> ElevenLabsShape {
        let common: [String: ElevenLabsShape.Rule] = [
            "phone_number": .text, "label": .text, "provider": .literal(provider.rawValue),
            "agent_id": .nullable(.text), "supports_inbound": .truth, "supports_outbound": .truth,
        ]
        return ElevenLabsShape(
            fields: common.merging(fields) { $1 }, required: ["phone_number", "label"] + required,
            deprecated: ["supports_inbound", "supports_outbound"])
    }
}
