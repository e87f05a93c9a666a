import Testing
import ZentrunkJSON
import ZentrunkLiveKitSandbox
import ZentrunkSandbox

/// The bytes were made with LiveKit's own Python library, because the sandbox and this suite could share an error.
@Suite("LiveKit's protocol in the sandbox: protobuf's binary form")
struct LiveKitWireTests {
    private static let trunk =
        "0a0453545f611202c3bc22022b3122022b324a080a03582d411201625a1608ffffffffffffffffff011080b6ca91feffffffff0168017802"
        + "8001018a010a0880e2cfaa0610c0843d9a010172a20119080112090a0450434d5510c03e1800220808011080cab5ee01"
    private static let stored: JSONObject = [
        "sip_trunk_id": "ST_a", "name": "ü", "numbers": ["+1", "+2"], "auth_realm": "r", "headers": ["X-A": "b"],
        "include_headers": "SIP_ALL_HEADERS", "ringing_timeout": "-1.500s", "krisp_enabled": true,
        "media_encryption": "SIP_MEDIA_ENCRYPT_ALLOW", "created_at": "2023-11-14T22:13:20.001Z",
        "media": [
            "only_listed_codecs": true, "codecs": [["name": "PCMU", "rate": 8000]],
            "encryption": "SIP_MEDIA_ENCRYPT_DISABLE", "media_timeout": "1.500s",
        ],
    ]
    private static let rule =
        "0a055344525f61120512030a0170521c10212a110a0f0a016e40005a081201661a032a016252050a03626f74"
    private static let egress = "1a16121408ffffffffffffffffff0151000000000000f83f"

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [number << 3 | 2, UInt8(bytes.count)] + bytes
    }

    private static func call(_ client: LiveKitClient, _ method: String, _ body: [UInt8]) -> LiveKitClient.Reply {
        client.send(
            path: "/twirp/livekit.SIP/\(method)",
            headers: [
                "content-type": "application/protobuf", "authorization": "Bearer \(LiveKitClient.token())",
            ], body: body)
    }

    @Test("A trunk is encoded like LiveKit's own library encodes it")
    func writing() {
        let client = LiveKitClient()
        client.service.addInboundTrunk(Self.stored)
        let reply = Self.call(client, "ListSIPInboundTrunk", [])
        #expect(reply.status == 200)
        #expect(reply.answer.headers["Content-Type"] == "application/protobuf")
        #expect(reply.answer.body == Self.field(1, Self.bytes(Self.trunk)))
        let get = Self.call(client, "GetSIPInboundTrunk", Self.field(1, Array("ST_a".utf8)))
        #expect(get.answer.body == reply.answer.body)
    }

    @Test("A trunk encoded by LiveKit's own library is read, and errors are still JSON")
    func reading() throws {
        let client = LiveKitClient()
        let refused = Self.call(client, "CreateSIPInboundTrunk", Self.field(1, Self.bytes(Self.trunk)))
        #expect(refused.json == ["code": "invalid_argument", "msg": "trunk id must not be set"])
        // The same message without its id.
        let made = Self.call(client, "CreateSIPInboundTrunk", Self.field(1, Array(Self.bytes(Self.trunk).dropFirst(6))))
        #expect(made.status == 200)
        var stored = try client.stored("inbound_trunks")
        stored["sip_trunk_id"] = "ST_a"
        #expect(stored == Self.stored)
    }

    @Test("Rules, unions, negative numbers and fractions are read and written without loss")
    func rules() throws {
        let client = LiveKitClient()
        let description = Array(Self.bytes(Self.rule).dropFirst(7))
        let made = Self.call(client, "CreateSIPDispatchRule", Self.field(10, description))
        #expect(made.status == 200)
        let listed = client.call("ListSIPDispatchRule")
        #expect(
            listed["/items/0/rule"] == [
                "dispatch_rule_individual": ["room_prefix": "p", "pin": "", "no_randomness": false]
            ])
        #expect(listed["/items/0/room_config/empty_timeout"] == 33)
        #expect(listed["/items/0/room_config/egress/room/preset"] == "H264_720P_30")
        #expect(listed["/items/0/room_config/egress/room/file_outputs/0/s3/bucket"] == "b")
        // Replaced, so that no media is filled in and the bytes come back unchanged.
        let id = try #require(listed["/items/0/sip_dispatch_rule_id"]?.string)
        let room = Self.field(10, Self.field(5, Self.bytes(Self.egress)))
        let replaced = Self.call(
            client, "UpdateSIPDispatchRule",
            Self.field(1, Array(id.utf8)) + Self.field(2, Array(description.prefix(7)) + room))
        #expect(replaced.answer.body == Self.field(1, Array(id.utf8)) + Array(description.prefix(7)) + room)
        let advanced = client.call("ListSIPDispatchRule")["/items/0/room_config/egress/participant/advanced"]
        #expect(advanced?["width"] == -1)
        #expect(advanced?["key_frame_interval"] == 1.5)
    }

    @Test(
        "Bytes that are not a message are refused; unknown fields are dropped and recorded as violations",
        arguments: [
            ([0x0A], 400), ([0x0A, 5, 0x61], 400), ([0x0B], 400), ([0x00, 0x00], 400), ([0x08, 0x01], 400),
            ([0x0A, 2, 0xC3, 0x28], 400), ([0xF8, 0x01, 0x01], 200), ([0xFD, 0x01, 1, 2, 3, 4], 200),
        ] as [([UInt8], Int)])
    func malformed(body: [UInt8], status: Int) {
        let reply = Self.call(LiveKitClient(), "ListSIPInboundTrunk", body)
        #expect(reply.status == status)
        #expect(reply.violations.count == 1)
        if status == 400 {
            #expect(reply.json == ["code": "malformed", "msg": "the protobuf request could not be decoded"])
        }
    }
}
