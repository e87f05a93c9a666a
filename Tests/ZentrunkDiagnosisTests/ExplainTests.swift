import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

@testable import ZentrunkDiagnosis

@Suite("Explaining a code, a status or a phrase")
struct ExplainTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var direction = Cause.Direction.any
        var platform: PlatformID?
        /// Set and code of each cause, with its owner.
        var found: [String]

        init(
            _ text: String, _ direction: Cause.Direction = .any, on platform: PlatformID? = nil, finds found: String...
        ) {
            self.text = text
            self.direction = direction
            self.platform = platform
            self.found = found
        }

        var testDescription: String { "\(text) \(direction) \(platform?.description ?? "")" }
    }

    private static func found(_ one: Case) throws -> [String] {
        try CauseTable.bundled.explain(one.text, direction: one.direction, platform: one.platform).causes
            .map { "\($0.set.id) \($0.code) \($0.owner.rawValue)" }
    }

    @Test(
        "A code has the cause of the call's direction",
        arguments: [
            Case("4150", .inbound, finds: "zentrunk.hangup_code 4150 platform config"),
            Case("4150", .outbound, finds: "zentrunk.hangup_code 4150 network"),
            Case(
                "4150", finds: "zentrunk.hangup_code 4150 platform config", "zentrunk.hangup_code 4150 network"),
            Case("4090", .inbound, finds: "zentrunk.hangup_code 4090 platform config"),
            Case("4410", .outbound, finds: "zentrunk.hangup_code 4410 none"),
            Case("4030", .inbound, finds: "zentrunk.hangup_code 4030 customer"),
            Case("486", .outbound, on: "vapi", finds: "sip.status 486 none"),
            Case("480", .inbound, on: "livekit", finds: "sip.status 480 platform"),
            // Only outbound calls have this code.
            Case("4100", .inbound),
        ])
    func direction(one: Case) throws { #expect(try Self.found(one) == one.found) }

    @Test(
        "A status may have a phrase, and a phrase decides",
        arguments: [
            Case("404 Does not match any SIP Trunks", finds: "livekit.reply 404 platform config"),
            Case(
                "SIP/2.0 404 does not match  any sip trunks ", on: "elevenlabs",
                finds: "livekit.reply 404 platform config"),
            Case("no trunk found", .inbound, finds: "livekit.reply 404 platform config"),
            Case("503 Try again later", .inbound, on: "livekit", finds: "livekit.reply 503 platform config"),
            Case("SIP 404 Not Found", .outbound, finds: "sip.status 404 customer"),
            Case("603 Decline", finds: "sip.status 603 none"),
            // An unknown phrase leaves the status.
            Case(
                "486 Gone fishing", .inbound, on: "livekit", finds: "sip.status 486 platform config"),
            Case("503 No Active Subscription", on: "vapi", finds: "jambonz.reply 503 customer"),
            // The phrase belongs to another platform.
            Case("No Active Subscription", on: "livekit"),
        ])
    func phrases(one: Case) throws { #expect(try Self.found(one) == one.found) }

    @Test("Each phrase of the table is found, alone and in a message, also one that begins with SIP")
    func everyPhrase() throws {
        let table = try CauseTable.bundled
        for cause in table.causes where cause.set.match == .contains {
            for text in cause.texts {
                for query in [text, "twirp error unknown: \(text), see the log"] {
                    let found = table.explain(query, platform: cause.set.platforms.first).causes
                    #expect(found.contains(cause), "\(query): \(found.map(\.code))")
                }
            }
        }
        let timedOut = table.explain("sip request timed out").causes
        #expect(timedOut.map(\.owner) == [.none])
        #expect(table.explain("SIP 486").causes == table.explain("486").causes)
    }

    @Test(
        "Names and codes are found regardless of case",
        arguments: [
            Case("user_busy", .inbound, finds: "zentrunk.hangup_code 4410 platform config"),
            Case("RTP_TIMEOUT", finds: "zentrunk.hangup_code 3020 wire"),
            Case("USER_REJECTED", finds: "livekit.disconnect_reason 12 none"),
            Case("12", on: "livekit", finds: "livekit.disconnect_reason 12 none"),
            Case("Customer-Busy", finds: "vapi.ended_reason customer-busy none"),
            Case("line_busy", on: "elevenlabs", finds: "elevenlabs.error_type line_busy none"),
            Case("line_busy", on: "vapi"),
            Case("JS_FAILED", finds: "livekit.job_status JS_FAILED customer"),
            Case("tls.alpn", on: "vapi", finds: "probe tls.alpn wire"),
        ])
    func names(one: Case) throws { #expect(try Self.found(one) == one.found) }

    @Test(
        "A message is found by the longest phrase that it contains",
        arguments: [
            Case(
                "transaction failed to complete (0 intermediate responses)",
                finds: "livekit.error_text upstream-silent wire"),
            Case(
                "twirp: Transaction failed to complete (3 intermediate responses)",
                finds: "livekit.error_text no-final-response network"),
            Case("dial tcp: connect: connection timed out", finds: "elevenlabs.sip_error_message connect-timeout wire"),
            Case(
                "lookup x: no such host", finds: "livekit.error_text host-unknown platform config",
                "elevenlabs.sip_error_message host-unknown platform config"),
            Case(
                "lookup x: no such host", on: "elevenlabs",
                finds: "elevenlabs.sip_error_message host-unknown platform config"),
        ])
    func messages(one: Case) throws { #expect(try Self.found(one) == one.found) }

    @Test(
        "The longest prefix counts, after the exact code",
        arguments: [
            Case(
                "call.in-progress.error-vapifault-worker-died",
                finds: "vapi.ended_reason call.in-progress.error-vapifault-worker-died platform"),
            Case(
                "call.in-progress.error-vapifault-something-new",
                finds: "vapi.ended_reason call.in-progress.error-vapifault- platform"),
            Case("call.start.error-something-new", finds: "vapi.ended_reason call.start.error- platform config"),
            Case("pipeline-error-openai-429", finds: "vapi.ended_reason pipeline-error- platform config"),
            Case("pipeline-error-openai-429", on: "livekit"),
        ])
    func prefixes(one: Case) throws { #expect(try Self.found(one) == one.found) }

    @Test("Codes of Zentrunk have no causes of the Voice API")
    func voice() throws {
        #expect(
            try Self.found(Case("5030")) == ["zentrunk.hangup_code 5030 network"],
            "5030 is the concurrency limit of the Voice API")
        #expect(try !CauseTable.bundled.sets.contains { $0.id.rawValue.hasPrefix("voice") })
    }

    @Test("What is unknown is returned as received, without a cause", arguments: ["9999", "  what?\u{1B}[2J", "", " "])
    func unknown(text: String) throws {
        let explanation = try CauseTable.bundled.explain(text, direction: .inbound, platform: "vapi")
        #expect(!explanation.isKnown)
        #expect(explanation.query == text)
        #expect(explanation.json["known"] == false && explanation.json["causes"] == [])
    }

    @Test("Causes of the direction are before those of both directions")
    func order() throws {
        let causes = try CauseTable.bundled.explain("404", direction: .inbound).causes
        let firstGeneral = try #require(causes.firstIndex { $0.direction == .any })
        #expect(causes[..<firstGeneral].allSatisfy { $0.direction == .inbound })
        #expect(causes[firstGeneral...].allSatisfy { $0.direction == .any })
        #expect(causes.first?.set.id == .sipStatus)
        #expect(causes.contains { $0.set.id == .zentrunkAPIStatus })
    }

    @Test("Causes of the other direction are named apart")
    func otherDirection() throws {
        let table = try CauseTable.bundled
        let explanation = table.explain("4100", direction: .inbound)
        #expect(!explanation.isKnown && explanation.otherDirection.map(\.direction) == [.outbound])
        #expect(table.explain("4100").otherDirection == [])
        #expect(table.explain("4150", direction: .inbound).otherDirection.map(\.owner) == [.network])
        #expect(explanation.json["other_direction"]?.array?.count == 1)
    }

    @Test("A code of a record is looked up in its own set only")
    func ownSet() throws {
        let table = try CauseTable.bundled
        #expect(table.causes(of: "401", in: .zentrunkHangupCode) == [])
        #expect(table.causes(of: "4170", in: .zentrunkHangupCode, direction: .inbound).map(\.owner) == [.wire])
        #expect(table.causes(of: "user_busy", in: .zentrunkHangupCode) == [], "names drift, so a record's code counts")
        let ended = CodeSet.ID(rawValue: "vapi.ended_reason")
        #expect(table.causes(of: "twilio-failed", in: ended).map(\.code) == ["twilio-"])
    }

    @Test("The JSON form has remedies as data and evidence with its address")
    func json() throws {
        let explanation = try CauseTable.bundled.explain("4190", direction: .outbound, platform: "vapi").json
        #expect(explanation["direction"] == "outbound" && explanation["platform"] == "vapi")
        let cause = try #require(explanation["causes"]?.array?.first)
        #expect(cause["source"] == "zentrunk.hangup_code" && cause["owner"] == "platform config")
        #expect(cause["remedies"]?.array?.map { $0["code"] } == ["list-numbers", "advice"])
        let evidence = try #require(cause["evidence"]?.array?.first)
        #expect(evidence["kind"] == "documentation")
        #expect(
            evidence["url"] == "https://www.plivo.com/docs/sip-trunking/troubleshooting/zentrunk-hangup-codes")
    }
}
