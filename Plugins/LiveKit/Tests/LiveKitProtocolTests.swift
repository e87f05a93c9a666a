import Foundation
import Testing
import ZentrunkJSON
import ZentrunkLiveKitSandbox
import ZentrunkSandbox

@Suite("LiveKit's protocol in the sandbox: Twirp, and protobuf as JSON")
struct LiveKitProtocolTests {
    private static let numbered: JSONObject = ["numbers": ["+1"]]

    struct Route: Sendable, CustomTestStringConvertible {
        var method = "POST"
        var path = "/twirp/livekit.SIP/ListSIPInboundTrunk"
        var type: String? = "application/json"
        var body = "{}"
        var code: String?
        var status = 404
        var testDescription: String { "\(method) \(path) \(type ?? "") \(body)" }
    }

    @Test(
        "Only POST, the exact path and a known content type reach a method; text after the first value is ignored",
        arguments: [
            Route(status: 200), Route(type: "application/json; charset=utf-8", status: 200),
            Route(type: "Application/JSON", status: 200), Route(type: "application/protobuf", body: "", status: 200),
            Route(path: "//twirp/livekit.SIP/ListSIPInboundTrunk", status: 200), Route(body: "{} {}", status: 200),
            Route(body: " {}x", status: 200), Route(body: #"{"page":{"afterId":"}\""}}{"#, status: 200),
            Route(method: "GET", code: "bad_route"), Route(method: "DELETE", code: "bad_route"),
            Route(path: "/twirp/livekit.SIP/ListSIPInboundTrunk/", code: "bad_route"),
            Route(path: "/twirp/livekit.SIP/listSIPInboundTrunk", code: "bad_route"),
            Route(path: "/twirp/livekit.SIP/GetSIPDispatchRule", code: "bad_route"),
            Route(path: "/twirp/livekit.SIP/CreateSIPTrunk", code: "bad_route"),
            Route(type: nil, code: "bad_route"), Route(type: "text/plain", code: "bad_route"),
            Route(type: "application/jsonx", code: "bad_route"), Route(body: "", code: "malformed", status: 400),
            Route(body: "{", code: "malformed", status: 400), Route(body: "[]", code: "malformed", status: 400),
            Route(body: "x{}", code: "malformed", status: 400), Route(body: "{}}", status: 200),
            Route(body: #"{"page":{},"page":{}}"#, code: "malformed", status: 400),
            Route(type: "application/protobuf", body: "{}", code: "malformed", status: 400),
        ])
    func routes(_ route: Route) {
        var headers = ["authorization": "Bearer \(LiveKitClient.token())"]
        headers["content-type"] = route.type
        let reply = LiveKitClient().send(
            route.method, path: route.path, headers: headers, body: Array(route.body.utf8))
        #expect(reply.status == route.status)
        #expect(reply.code == route.code)
        if route.code != nil { #expect(!reply.message.isEmpty) }
    }

    @Test(
        "The layer in front of the API answers in plain text",
        arguments: [
            ("/livekit.SIP/ListSIPInboundTrunk", "{}", 404, "404 page not found\n"),
            ("/twirp/livekit.Room/ListRooms", "{}", 404, "404 page not found\n"),
            ("///twirp/livekit.SIP/ListSIPInboundTrunk", "{}", 404, "404 page not found\n"),
            (
                "/twirp/livekit.SIP/ListSIPInboundTrunk", String(repeating: " ", count: 10 << 20) + "{}", 413,
                "request body too large\n"
            ),
        ])
    func inFront(path: String, body: String, status: Int, text: String) {
        let headers = ["authorization": "Bearer \(LiveKitClient.token())", "content-type": "application/json"]
        let reply = LiveKitClient().send(path: path, headers: headers, body: Array(body.utf8))
        #expect(reply.status == status)
        #expect(reply.text == text)
        #expect(reply.answer.headers["Content-Type"]?.hasPrefix("text/plain") == true)
        #expect(reply.answer.headers["Connection"] == (status == 413 ? "close" : nil))
    }

    @Test("A body of 10 MiB is read")
    func largestBody() {
        let text = "{}" + String(repeating: " ", count: 10 << 20 - 2)
        #expect(LiveKitClient().call("ListSIPInboundTrunk", text: text).status == 200)
    }

    @Test("Responses have a space after each comma, and errors escape HTML characters")
    func layout() {
        let client = LiveKitClient()
        client.service.addInboundTrunk(["sip_trunk_id": "ST_a", "numbers": ["+1"], "name": #"a,b "c,d\"#])
        let list = client.call("ListSIPInboundTrunk").text
        #expect(
            list.hasPrefix(
                #"{"items":[{"sip_trunk_id":"ST_a", "name":"a,b \"c,d\\", "metadata":"", "numbers":["+1"]"#))
        let error = client.call("CreateSIPInboundTrunk", ["trunk": ["numbers": ["+1"]]]).text
        #expect(error.contains(#"\"ST_a\" and \"\u003cnew\u003e\""#), "\(error)")
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var member: String
        var value: JSONValue
        /// The expected note. The response itself does not say what is wrong.
        var note: String
        var testDescription: String { "\(member): \(value.text())" }
    }

    @Test(
        "A value of the wrong type cannot be decoded",
        arguments: [
            Wrong(member: "name", value: 1, note: "/trunk/name must be a string"),
            Wrong(member: "numbers", value: "+1", note: "/trunk/numbers must be an array"),
            Wrong(member: "numbers", value: [1], note: "/trunk/numbers/0 must be a string"),
            Wrong(member: "numbers", value: [.null], note: "/trunk/numbers/0 must be a string"),
            Wrong(member: "krispEnabled", value: "true", note: "must be a boolean"),
            Wrong(member: "headers", value: ["a": 1], note: "must be an object of strings"),
            Wrong(member: "mediaEncryption", value: 1.5, note: "must be one of SIP_MEDIA_ENCRYPT_DISABLE"),
            Wrong(member: "mediaEncryption", value: ["ALLOW"], note: "must be one of"),
            Wrong(member: "includeHeaders", value: 4_294_967_296, note: "must be one of"),
            Wrong(member: "createdAt", value: "yesterday", note: "/trunk/createdAt must be a time"),
            Wrong(member: "createdAt", value: "2026-02-29T12:00:00Z", note: "must be a time"),
            Wrong(member: "media", value: ["encryption": true], note: "/trunk/media/encryption must be one of"),
            Wrong(member: "media", value: [], note: "/trunk/media must be an object"),
            Wrong(member: "media", value: ["codecs": ["PCMU"]], note: "/trunk/media/codecs/0 must be an object"),
            Wrong(member: "media", value: ["codecs": [["name": "PCMU", "rate": -1]]], note: "rate must be an integer"),
            Wrong(member: "ringingTimeout", value: 30, note: "must be a string of seconds"),
            Wrong(member: "ringingTimeout", value: "1m", note: "must be a string of seconds"),
            Wrong(member: "ringingTimeout", value: "30", note: "must be a string of seconds"),
            Wrong(member: "ringingTimeout", value: "s", note: "must be a string of seconds"),
            Wrong(member: "ringingTimeout", value: "01s", note: "must be a string of seconds"),
            Wrong(member: "ringingTimeout", value: ["seconds": 30], note: "must be a string of seconds"),
        ])
    func wrongTypes(_ wrong: Wrong) {
        let client = LiveKitClient()
        let reply = client.call(
            "CreateSIPInboundTrunk",
            ["trunk": .object(Self.numbered.merging([wrong.member: wrong.value]))])
        #expect(reply.status == 400)
        #expect(reply.json == ["code": "malformed", "msg": "the json request could not be decoded"])
        #expect(reply.violations.count == 1)
        #expect(reply.violations.first?.contains(wrong.note) == true, "\(reply.violations)")
        #expect(client.service.state["inbound_trunks"] == [])
    }

    struct Spelling: Sendable, CustomTestStringConvertible {
        var sent: JSONObject
        var stored: JSONObject
        var violation: String?
        var testDescription: String { JSONValue.object(sent).text() }
    }

    @Test(
        "Equivalent notations are stored in one form, and dropped values are recorded as violations",
        arguments: [
            Spelling(sent: ["allowedNumbers": ["+2"]], stored: ["allowed_numbers": ["+2"]]),
            Spelling(sent: ["allowed_numbers": ["+2"]], stored: ["allowed_numbers": ["+2"]]),
            Spelling(sent: ["allowedNumbers": .null], stored: [:]),
            Spelling(sent: ["allowedNumbers": [], "name": "", "krispEnabled": false, "headers": [:]], stored: [:]),
            Spelling(sent: ["includeHeaders": 1], stored: ["include_headers": "SIP_X_HEADERS"]),
            Spelling(sent: ["includeHeaders": 2.0], stored: ["include_headers": "SIP_ALL_HEADERS"]),
            Spelling(sent: ["includeHeaders": 7], stored: ["include_headers": 7]),
            Spelling(
                sent: ["ringingTimeoutStatus": "SIP_STATUS_BUSY_HERE"], stored: [:],
                violation: "/trunk/ringingTimeoutStatus is not a field of SIPInboundTrunkInfo"),
            Spelling(
                sent: ["createdAt": "2026-01-31T01:30:00.25+02:00"], stored: ["created_at": "2026-01-30T23:30:00.250Z"]),
            Spelling(sent: ["ringingTimeout": "+1s"], stored: ["ringing_timeout": "1s"]),
            Spelling(sent: ["ringingTimeout": "1.s"], stored: ["ringing_timeout": "1s"]),
            Spelling(sent: ["ringingTimeout": ".5s"], stored: ["ringing_timeout": "0.500s"]),
            Spelling(sent: ["name": "a\0b"], stored: ["name": "a\0b"]),
            Spelling(sent: ["numbers": ["+1", "+1"]], stored: [:]),
            Spelling(sent: ["ringingTimeout": "30s"], stored: ["ringing_timeout": "30s"]),
            Spelling(sent: ["ringingTimeout": "1.50s"], stored: ["ringing_timeout": "1.500s"]),
            Spelling(sent: ["ringingTimeout": "-0.0000010s"], stored: ["ringing_timeout": "-0.000001s"]),
            Spelling(
                sent: ["media": ["codecs": [["name": "PCMU", "rate": "8000"]], "onlyListedCodecs": true]],
                stored: ["media": ["codecs": [["name": "PCMU", "rate": 8000]], "only_listed_codecs": true]]),
            Spelling(
                sent: ["headers": ["X-camelCase": "a"]], stored: ["headers": ["X-camelCase": "a"]]),
            Spelling(
                sent: ["krispenabled": true], stored: [:], violation: "/trunk/krispenabled is not a field of SIPIn"),
            Spelling(sent: ["media": ["codec": []]], stored: [:], violation: "/trunk/media/codec is not a"),
        ])
    func spellings(_ spelling: Spelling) throws {
        let client = LiveKitClient()
        let reply = client.call(
            "CreateSIPInboundTrunk", ["trunk": .object(Self.numbered.merging(spelling.sent))])
        #expect(reply.status == 200)
        var stored = try client.stored("inbound_trunks")
        #expect(stored["numbers"] == spelling.sent["numbers"] ?? ["+1"])
        stored["numbers"] = nil
        stored["sip_trunk_id"] = nil
        #expect(stored == spelling.stored)
        #expect(reply.violations.count == (spelling.violation == nil ? 0 : 1))
        if let violation = spelling.violation { #expect(reply.violations.first?.hasPrefix(violation) == true) }
    }

    struct Unknown: Sendable, CustomTestStringConvertible {
        var noun: String
        var members: JSONObject
        var testDescription: String { JSONValue.object(members).text() }
    }

    @Test(
        "An unknown enumeration name is dropped and changes nothing; a strict server refuses it",
        arguments: [
            Unknown(noun: "SIPOutboundTrunk", members: ["transport": "TLS"]),
            Unknown(noun: "SIPOutboundTrunk", members: ["transport": "sip_transport_tls"]),
            Unknown(noun: "SIPOutboundTrunk", members: ["transport": "SIP_TRANSPORT_WS"]),
            Unknown(noun: "SIPOutboundTrunk", members: ["transport": "3"]),
            Unknown(noun: "SIPInboundTrunk", members: ["mediaEncryption": "require"]),
            Unknown(noun: "SIPInboundTrunk", members: ["media": ["encryption": "SIP_MEDIA_ENCRYPT_REQUIRED"]]),
        ], [false, true])
    func unknownNames(_ unknown: Unknown, isStrict: Bool) throws {
        var quirks = LiveKitQuirks()
        quirks.refusesUnknownNames = isStrict
        let client = LiveKitClient(quirks)
        let whole = LiveKitTrunkTests.outbound.merging(unknown.members)
        let known = unknown.noun == "SIPInboundTrunk" ? unknown.members.merging(["numbers": ["+1"]]) : whole
        let created = client.call("Create\(unknown.noun)", ["trunk": .object(known)])
        if isStrict {
            #expect(created.code == "malformed")
            #expect(created.violations.first?.contains("must be one of") == true)
            return
        }
        #expect(created.status == 200)
        #expect(created["/transport"] ?? "SIP_TRANSPORT_AUTO" == "SIP_TRANSPORT_AUTO")
        #expect(created["/media_encryption"] == "SIP_MEDIA_ENCRYPT_DISABLE")
        #expect(created.violations.contains { $0.hasSuffix("and was dropped") })
        let id = try #require(created["/sip_trunk_id"])
        let set: JSONValue =
            unknown.noun == "SIPInboundTrunk"
            ? ["mediaEncryption": "SIP_MEDIA_ENCRYPT_ALLOW"] : ["transport": "SIP_TRANSPORT_TLS"]
        let before = client.call("Update\(unknown.noun)", ["sipTrunkId": id, "update": set])
        let after = client.call(
            "Update\(unknown.noun)", ["sipTrunkId": id, "update": .object(unknown.members)])
        #expect(after.status == 200)
        #expect(after.json == before.json)
    }

    @Test("A field given in both notations cannot be decoded, even if one value is null", arguments: ["b", nil])
    func bothSpellings(second: String?) {
        let reply = LiveKitClient().call(
            "CreateSIPInboundTrunk",
            ["trunk": ["numbers": ["+1"], "auth_realm": "a", "authRealm": second.map { .string($0) } ?? .null]])
        #expect(reply.code == "malformed")
        #expect(reply.violations == ["/trunk/authRealm is given in both notations"])
    }

    @Test("The members of a union are mutually exclusive", arguments: ["action", "rule"])
    func unions(union: String) {
        let both: JSONValue =
            union == "action"
            ? ["sipDispatchRuleId": "SDR_1", "replace": [:], "update": [:]]
            : [
                "sipDispatchRuleId": "SDR_1",
                "update": ["rule": ["dispatchRuleDirect": ["roomName": "a"], "dispatchRuleCallee": [:]]],
            ]
        let reply = LiveKitClient().call("UpdateSIPDispatchRule", both)
        #expect(reply.code == "malformed")
        #expect(reply.violations.first?.contains("cannot both be set") == true)
    }

    @Test("Responses show every field in either notation, with defaults for unset ones", arguments: [false, true])
    func answers(camelCase: Bool) throws {
        var quirks = LiveKitQuirks()
        quirks.answersCamelCase = camelCase
        let client = LiveKitClient(quirks)
        let reply = client.call(
            "CreateSIPInboundTrunk",
            ["trunk": ["numbers": ["+1"], "headers": ["X_a": "b"], "media": ["codecs": [["name": "PCMU"]]]]])
        let id = try #require(reply[camelCase ? "/sipTrunkId" : "/sip_trunk_id"]?.string)
        #expect(id.hasPrefix("ST_"))
        let expected: JSONObject = [
            "sip_trunk_id": .string(id), "name": "", "metadata": "", "numbers": ["+1"], "allowed_addresses": [],
            "allowed_numbers": [], "auth_username": "", "auth_password": "", "auth_realm": "",
            "headers": ["X_a": "b"], "headers_to_attributes": [:], "attributes_to_headers": [:],
            "include_headers": "SIP_NO_HEADERS", "ringing_timeout": .null, "max_call_duration": .null,
            "krisp_enabled": false,
            "media_encryption": "SIP_MEDIA_ENCRYPT_DISABLE",
            "media": .object([
                camelCase ? "onlyListedCodecs" : "only_listed_codecs": false, "codecs": [["name": "PCMU", "rate": 0]],
            ]), "created_at": .null, "updated_at": .null,
        ]
        let spelt = JSONObject(
            expected.map { name, value in
                let words = name.split(separator: "_")
                return (camelCase ? words[0] + words.dropFirst().map(\.capitalized).joined() : name, value)
            })
        #expect(reply.json == .object(spelt))
    }
}
