import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
@_spi(Adapter) import ZentrunkTestKit

@Suite("One call record and its quality")
struct CallRecordTests {
    /// The example of the contract.
    private static func example(_ operation: String, _ path: String) throws -> JSONObject {
        let pointer = JSONPointer([
            "paths", path, "get", "responses", "200", "content", "application/json", "examples", operation, "value",
        ])
        return try #require(try Contracts.document("plivo")[pointer]?.object)
    }

    private static func record(_ changes: JSONObject = [:]) throws -> CallRecord {
        let example = try example("record", "/Zentrunk/Call/{call_uuid}/")
        return try CallRecord(JSONCursor(.object(example.merging(changes))))
    }

    private static func insights(_ changes: JSONObject = [:]) throws -> CallInsights {
        let example = try example("record", "/Zentrunk/Call/{call_uuid}/Insights/")
        return try CallInsights(JSONCursor(.object(example.merging(changes))))
    }

    @Test("Every member of the contract has a typed property")
    func all() throws {
        let record = try Self.record()
        #expect(record.id == "5a6b7c8d-9e0f-4a1b-8c2d-3e4f5a6b7c8d")
        #expect(record.sipCallID == "a1b2c3@198.51.100.20")
        #expect(record.from?.e164 == "+14155550142" && record.to?.e164 == "+14155550177")
        #expect(record.direction == .outbound)
        #expect(record.duration == .seconds(47) && record.billDuration == .seconds(60))
        #expect(record.billedDuration == .seconds(60))
        #expect(record.initiated?.description == "2026-03-04 10:15:02")
        #expect(record.answered?.description == "2026-03-04 10:15:09")
        #expect(record.ended?.description == "2026-03-04 10:15:56")
        #expect(record.hangupCode == 3010 && record.hangupName == "normal_hangup" && record.hangupSource == .customer)
        #expect(record.totalRate?.description == "0.00650" && record.totalAmount?.description == "0.00650")
        #expect(record.trunkDomain == "55501000200030005.zt.plivo.com" && record.trunkID == "55501000200030005")
        #expect(record.fromCountry == "US" && record.toCountry == "US")
        #expect(record.transport == .tls && record.isMediaEncrypted == true && record.isSecure == true)
        #expect(record.secureTrunkingRate?.description == "0.00100")
        #expect(record.verification == .verified && record.attestation == "A")
        #expect(record.hasCallerNameLookup == false && record.callerNameLookupRate?.description == "0.00000")
        #expect(record.isAnswered && record.isSuccessful)
    }

    @Test("The members that are shown are those of the contract")
    func names() throws {
        let pointer = JSONPointer(["components", "schemas", "Call", "properties"])
        let names = try #require(try Contracts.document("plivo")[pointer]?.object?.names)
        #expect(Set(CallRecord.names) == Set(names))
        #expect(try Self.record(["call_id": .null]).members["call_id"] == .some(.null))
        #expect(try Self.record().members.names == CallRecord.names)
    }

    @Test(
        "Values that stand for nothing are nil",
        arguments: [
            ["attestation_indicator": "null"], ["attestation_indicator": ""], ["attestation_indicator": .null],
        ] as [JSONObject])
    func noAttestation(changes: JSONObject) throws { #expect(try Self.record(changes).attestation == nil) }

    @Test("The case of words does not matter, and unknown words are kept")
    func words() throws {
        let record = try Self.record([
            "stir_verification": "not applicable", "hangup_source": "Zentrunk", "transport_protocol": "SCTP",
        ])
        #expect(record.verification == .notApplicable && record.hangupSource == .zentrunk)
        #expect(record.transport?.rawValue == "sctp")
    }

    @Test(
        "A trunk is found by the first label of the domain, with or without a region",
        arguments: ["77.zt.plivo.com", "77.ap-south-1.zt.plivo.com", "77"])
    func region(domain: String) throws {
        let record = try Self.record(["trunk_domain": .string(domain)])
        #expect(record.trunkID == "77")
        #expect(record.used(Trunk(LiveObject(id: "77", fields: [:]))))
        #expect(!record.used(Trunk(LiveObject(id: "7", fields: [:]))))
    }

    @Test("A member of another type is nil and does not spoil the record")
    func types() throws {
        let record = try Self.record([
            "cnam_lookup": "no", "call_duration": "47", "hangup_cause_code": "x", "total_amount": true,
            "answer_time": "", "initiation_time": "2026-03-04T10:15:02+00:00", "from_number": "anonymous",
        ])
        #expect(record.hasCallerNameLookup == nil && record.duration == nil && record.hangupCode == nil)
        #expect(record.totalAmount == nil && record.answered == nil && record.initiated == nil && record.from == nil)
        #expect(record.fields["from_number"] == "anonymous")
        #expect(!record.isAnswered)
    }

    @Test("A hangup code in a text is the number", arguments: ["3000", "3010"])
    func textCode(_ code: String) throws {
        let record = try Self.record(["hangup_cause_code": .string(code), "call_duration": 47])
        #expect(record.hangupCode == Int(code) && record.isSuccessful)
    }

    @Test("A record without an id is refused")
    func noID() {
        #expect(throws: JSONDecodingError.self) { try CallRecord(JSONCursor(["call_duration": 1])) }
        #expect(throws: JSONDecodingError.self) { try CallInsights(JSONCursor(["rtt": "1"])) }
    }

    @Test(
        "A call succeeded if it lasted and ended normally",
        arguments: [(47, 3010, true), (47, 3000, true), (0, 3010, false), (47, 3020, false), (0, 4150, false)])
    func success(seconds: Int64, code: Int64, succeeded: Bool) throws {
        let record = try Self.record(["call_duration": .integer(seconds), "hangup_cause_code": .integer(code)])
        #expect(record.isSuccessful == succeeded)
    }

    @Test("Figures of quality stay decimal")
    func quality() throws {
        let insights = try Self.insights()
        #expect(
            insights.roundTripMilliseconds == ExactDecimal("31") && insights.jitterMilliseconds == ExactDecimal("4"))
        #expect(insights.packetLossPercent == .zero && insights.score?.description == "4.1")
        #expect(insights.postDialDelayMilliseconds == ExactDecimal("1450"))
        #expect(insights.from.number?.e164 == "+14155550142" && insights.from.region == "US")
        #expect(insights.from.carrier == "Example Mobile")
        #expect(insights.to.carrier == "Example Fixed")
        #expect(insights.hangupName == "normal_hangup" && insights.hangupSource == .customer)
    }

    @Test(
        "The score has Plivo's bands",
        arguments: [
            ("5", CallInsights.Quality.excellent), ("4", .excellent), ("3.99", .good), ("3", .good), ("2.5", .fair),
            ("2", .fair), ("1.99", .poor), ("", nil), ("n/a", nil),
        ] as [(String, CallInsights.Quality?)])
    func bands(score: String, quality: CallInsights.Quality?) throws {
        #expect(try Self.insights(["plivo_quality_score": .string(score)]).quality == quality)
    }
}
