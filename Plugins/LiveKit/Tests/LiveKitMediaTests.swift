import Testing
import ZentrunkJSON
import ZentrunkLiveKitSandbox
import ZentrunkSandbox

@Suite("Media and rooms in LiveKit's responses in the sandbox")
struct LiveKitMediaTests {
    private static let require: JSONValue = "SIP_MEDIA_ENCRYPT_REQUIRE"
    private static let allow: JSONValue = "SIP_MEDIA_ENCRYPT_ALLOW"
    private static let disable: JSONValue = "SIP_MEDIA_ENCRYPT_DISABLE"

    /// Returns `media` as a response shows it.
    private static func media(_ more: JSONObject = [:]) -> JSONValue {
        let empty: JSONObject = ["only_listed_codecs": false, "codecs": []]
        return .object(empty.merging(more))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var made: JSONObject
        /// The expected `media` in the response to the create, and to a replacement with the same members.
        var media: JSONValue
        var encryption: JSONValue = disable
        /// The expected `media` after an update of the name only.
        var mediaLater: JSONValue
        var encryptionLater: JSONValue = disable
        var testDescription: String { JSONValue.object(made).text() }
    }

    @Test(
        "A trunk keeps both encryption fields as sent until a partial update makes them equal",
        arguments: [
            Case(made: [:], media: .null, mediaLater: media()),
            Case(made: ["media": [:]], media: .null, mediaLater: media()),
            Case(
                made: ["media": ["encryption": require]], media: media(["encryption": require]),
                mediaLater: media(["encryption": require]), encryptionLater: require),
            Case(
                made: ["media": ["encryption": require], "mediaEncryption": allow],
                media: media(["encryption": require]), encryption: allow, mediaLater: media(["encryption": require]),
                encryptionLater: require),
            Case(
                made: ["mediaEncryption": allow], media: .null, encryption: allow,
                mediaLater: media(["encryption": allow]), encryptionLater: allow),
            Case(
                made: ["media": ["encryption": disable], "mediaEncryption": allow],
                media: media(["encryption": disable]), encryption: allow, mediaLater: media(["encryption": disable])),
            Case(
                made: ["media": ["onlyListedCodecs": true]], media: media(["only_listed_codecs": true]),
                mediaLater: media(["only_listed_codecs": true])),
        ])
    func trunks(_ expected: Case) throws {
        for noun in ["SIPInboundTrunk", "SIPOutboundTrunk"] {
            let client = LiveKitClient()
            let whole = LiveKitTrunkTests.outbound.merging(expected.made)
            let trunk = JSONValue.object(
                noun == "SIPOutboundTrunk" ? whole : expected.made.merging(["numbers": ["+1"]]))
            let created = client.call("Create\(noun)", ["trunk": trunk])
            let id = try #require(created["/sip_trunk_id"])
            let replaced = client.call("Update\(noun)", ["sipTrunkId": id, "replace": trunk])
            for reply in [created, replaced] {
                #expect(reply["/media"] == expected.media)
                #expect(reply["/media_encryption"] == expected.encryption)
            }
            let later = client.call("Update\(noun)", ["sipTrunkId": id, "update": ["name": "b"]])
            #expect(later["/media"] == expected.mediaLater)
            #expect(later["/media_encryption"] == expected.encryptionLater)
        }
    }

    @Test(
        "An update of the deprecated encryption applies if media has none, and an empty media takes it over",
        arguments: [
            ([:], ["mediaEncryption": allow], media(["encryption": allow]), allow),
            (["media": ["encryption": require]], ["mediaEncryption": allow], media(["encryption": require]), require),
            (["mediaEncryption": require], ["media": [:]], media(["encryption": require]), require),
            (["mediaEncryption": require], ["media": ["encryption": disable]], media(["encryption": disable]), disable),
        ] as [(JSONObject, JSONValue, JSONValue, JSONValue)])
    func changes(made: JSONObject, change: JSONValue, media: JSONValue, encryption: JSONValue) throws {
        let client = LiveKitClient()
        let id = try client.created("SIPInboundTrunk", .object(made.merging(["numbers": ["+1"]])))
        let reply = client.call("UpdateSIPInboundTrunk", ["sipTrunkId": .string(id), "update": change])
        #expect(reply["/media"] == media)
        #expect(reply["/media_encryption"] == encryption)
    }

    @Test("A rule has media from the start, unless it was created flat or replaced without it")
    func rules() throws {
        let client = LiveKitClient()
        let rule: JSONObject = ["rule": ["dispatchRuleCallee": [:]]]
        let made = client.call("CreateSIPDispatchRule", ["dispatchRule": .object(rule)])
        #expect(made["/media"] == Self.media())
        let id = try #require(made["/sip_dispatch_rule_id"])
        let replaced = client.call("UpdateSIPDispatchRule", ["sipDispatchRuleId": id, "replace": .object(rule)])
        #expect(replaced["/media"] == .null)
        let changed = client.call("UpdateSIPDispatchRule", ["sipDispatchRuleId": id, "update": ["name": "b"]])
        #expect(changed["/media"] == Self.media())

        let other = rule.merging(["mediaEncryption": Self.allow, "trunkIds": ["ST_a"]])
        let encrypted = client.call("CreateSIPDispatchRule", ["dispatchRule": .object(other)])
        #expect(encrypted["/media"] == Self.media(["encryption": Self.allow]))
        let third = rule.merging(["media": ["encryption": Self.allow], "trunkIds": ["ST_b"]])
        let half = client.call("CreateSIPDispatchRule", ["dispatchRule": .object(third)])
        #expect(half["/media_encryption"] == Self.disable)
    }

    @Test("A room's egress is returned with every default and the protocol's own names")
    func egress() {
        let reply = LiveKitClient().call(
            "CreateSIPDispatchRule",
            [
                "dispatchRule": [
                    "rule": ["dispatchRuleCallee": [:]],
                    "roomConfig": [
                        "egress": [
                            "room": [
                                "customBaseUrl": "https://a.example", "preset": "H264_1080P_30",
                                "fileOutputs": [["filepath": "f", "s3": ["bucket": "b", "forcePathStyle": true]]],
                            ],
                            "tracks": ["filepath": "t", "disableManifest": true],
                        ]
                    ],
                ]
            ])
        #expect(reply.violations == [])
        let s3: JSONObject = [
            "access_key": "", "secret": "", "session_token": "", "assume_role_arn": "", "assume_role_external_id": "",
            "region": "", "endpoint": "", "bucket": "b", "force_path_style": true, "metadata": [:], "tagging": "",
            "content_disposition": "", "proxy": .null,
        ]
        #expect(
            reply["/room_config/egress"] == [
                "room": [
                    "room_name": "", "layout": "", "audio_only": false, "audio_mixing": "DEFAULT_MIXING",
                    "video_only": false, "custom_base_url": "https://a.example", "preset": "H264_1080P_30",
                    "file_outputs": [
                        [
                            "file_type": "DEFAULT_FILETYPE", "filepath": "f", "disable_manifest": false,
                            "s3": .object(s3),
                        ]
                    ], "stream_outputs": [], "segment_outputs": [], "image_outputs": [], "webhooks": [],
                ], "participant": .null, "tracks": ["filepath": "t", "disable_manifest": true],
            ])
    }

    @Test(
        "A server that knows the ringing timeout status shows it",
        arguments: ["SIP_STATUS_BUSY_HERE", 486] as [JSONValue])
    func ringingTimeoutStatus(status: JSONValue) {
        var quirks = LiveKitQuirks()
        quirks.knowsRingingTimeoutStatus = true
        let client = LiveKitClient(quirks)
        let trunk: JSONObject = ["numbers": ["+1"], "ringingTimeoutStatus": status]
        let reply = client.call("CreateSIPInboundTrunk", ["trunk": .object(trunk)])
        #expect(reply["/ringing_timeout_status"] == "SIP_STATUS_BUSY_HERE")
        #expect(reply.violations == [])
        #expect(client.call("ListSIPInboundTrunk")["/items/0/ringing_timeout_status"] == "SIP_STATUS_BUSY_HERE")
    }
}
