import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@_spi(Adapter) @testable import ZentrunkPlivo

/// A list of call records that can grow, as the service answers it, and a time.
final class GrowingCalls: Sendable {
    private struct State {
        var rows: [JSONObject]
        var now: UTCTime
        var looks = 0
    }

    private let state: Mutex<State>
    /// Called with the state before each request, with the count of requests so far.
    private let before: @Sendable (GrowingCalls, Int) -> Void

    init(_ rows: [JSONObject], at now: UTCTime, before: @escaping @Sendable (GrowingCalls, Int) -> Void = { _, _ in }) {
        state = Mutex(State(rows: rows, now: now))
        self.before = before
    }

    var now: UTCTime { state.withLock { $0.now } }
    func add(_ row: JSONObject) { state.withLock { $0.rows.append(row) } }
    func advance(by duration: Duration) { state.withLock { $0.now = $0.now + duration } }

    var transport: AnsweringTransport {
        AnsweringTransport { sent in
            let look = self.state.withLock { state in
                defer { state.looks += 1 }
                return state.looks
            }
            self.before(self, look)
            let query = Dictionary(
                sent.path.split(separator: "?").last.map(String.init).map { text in
                    text.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
                }.map { $0.map { ($0[0], $0[1].replacing("%20", with: " ").replacing("%3A", with: ":")) } } ?? []
            ) { $1 }
            let rows = self.state.withLock { $0.rows }.filter { row in
                func digits(_ name: String) -> String { String((row[name]?.string ?? "").drop { $0 == "+" }) }
                return digits("from_number").hasPrefix(query["from_number"] ?? "")
                    && digits("to_number").hasPrefix(query["to_number"] ?? "")
                    && (row["end_time"]?.string ?? "") >= (query["end_time__gte"] ?? "")
            }.sorted { ($0["end_time"]?.string ?? "") > ($1["end_time"]?.string ?? "") }
            let start = min(rows.count, query["offset"].flatMap { Int($0) } ?? 0)
            return (
                200,
                [
                    "meta": ["total_count": .integer(Int64(rows.count))],
                    "objects": .array(rows[start..<min(rows.count, start + 20)].map { .object($0) }),
                ]
            )
        }
    }

    func client(_ transport: AnsweringTransport, _ clock: TestClock = TestClock()) throws -> ZentrunkClient {
        ZentrunkClient(try Example.carrier(transport), clock: clock) { self.now }
    }
}

enum CallExample {
    static func row(
        _ id: String, ended: String, from: String = "+14155550142", to: String = "+14155550100", seconds: Int64 = 30,
        code: Int64 = 3010, trunk: String? = "7.zt.plivo.com"
    ) -> JSONObject {
        [
            "call_uuid": .string(id), "end_time": .string("2026-11-22 \(ended)"), "from_number": .string(from),
            "to_number": .string(to), "call_direction": "inbound", "call_duration": .integer(seconds),
            "hangup_cause_code": .integer(code), "trunk_domain": trunk.map { .string($0) } ?? .null,
        ]
    }
}

@Suite("The calls that a user selects")
struct CallSelectionTests {
    private static func ids(_ calls: GrowingCalls, _ selection: CallSelection) async throws -> (
        ids: [String], paths: [String]
    ) {
        let transport = calls.transport
        var ids: [String] = []
        for try await record in try calls.client(transport).calls.selected(selection) { ids.append(record.id) }
        return (ids, transport.sent.map(\.path))
    }

    private static func calls(_ rows: [JSONObject]) throws -> GrowingCalls {
        GrowingCalls(rows, at: try #require(UTCTime("2026-11-22 12:00")))
    }

    @Test("Calls from and to numbers are merged by their end, and a call between two of them is returned once")
    func merged() async throws {
        let (one, two) = ("+14155550100", "+14155550101")
        let calls = try Self.calls([
            CallExample.row("to", ended: "10:00:00"), CallExample.row("from", ended: "10:05:00", from: one, to: "+15"),
            CallExample.row("between", ended: "10:03:00", from: one, to: two),
            CallExample.row("self", ended: "10:01:00", from: one, to: one),
            // The service compares the first digits only.
            CallExample.row("longer", ended: "10:02:00", to: one + "9"),
            CallExample.row("other", ended: "10:04:00", to: "+14155550109"),
        ])
        var selection = CallSelection()
        selection.numbers = [try PhoneNumber(one), try PhoneNumber(two)]
        let found = try await Self.ids(calls, selection)
        #expect(found.ids == ["from", "between", "self", "to"])
        #expect(found.paths.count == 4 && found.paths.allSatisfy { $0.contains("_number=1415555010") })
    }

    @Test("With many numbers, the whole list is read once")
    func many() async throws {
        let rows = (0..<50).map { CallExample.row("\($0)", ended: "10:00:\($0 + 10)", to: "+1415555010\($0 % 10)") }
        var selection = CallSelection()
        selection.numbers = Set(try (0..<4).map { try PhoneNumber("+1415555010\($0)") })
        let found = try await Self.ids(Self.calls(rows), selection)
        #expect(found.ids.count == 20 && found.paths.count == 3)
    }

    @Test("Failed calls are those that did not last, and those that did not end normally")
    func failed() async throws {
        let calls = try Self.calls([
            CallExample.row("fine", ended: "10:00:00"), CallExample.row("empty", ended: "10:00:01", seconds: 0),
            CallExample.row("broken", ended: "10:00:02", code: 3020),
        ])
        var selection = CallSelection()
        selection.isFailedOnly = true
        #expect(try await Self.ids(calls, selection).ids == ["broken", "empty"])
    }
}

@Suite("New call records")
struct CallWatchTests {
    /// Runs a watch until it has looked that often.
    ///
    /// - Returns: The reported ids, and the pauses.
    private static func watched(
        _ calls: GrowingCalls, since start: UTCTime? = nil, transport: AnsweringTransport, stoppingAfter count: Int
    ) async throws -> (ids: [String], sleeps: [Duration], problems: [ZentrunkError]) {
        var selection = CallSelection()
        selection.filter.end.atLeast = start
        let clock = TestClock()
        var ids: [String] = []
        var problems: [ZentrunkError] = []
        let watch = CallWatch(try calls.client(transport, clock).calls, selection, every: .seconds(15))
        try await watch.run {
            problems.append($0)
        } each: {
            ids.append($0.id)
            return ids.count < count
        }
        return (ids, clock.sleeps, problems)
    }

    private static func start() throws -> UTCTime { try #require(UTCTime("2026-11-22 12:00")) }

    @Test("Only records that appear after the start are reported, each once, also those of calls that ended before")
    func fresh() async throws {
        let calls = GrowingCalls(
            [CallExample.row("old", ended: "11:59:00"), CallExample.row("ancient", ended: "09:00:00")],
            at: try Self.start()
        ) { calls, look in
            calls.advance(by: .seconds(15))
            switch look {
            case 2:
                calls.add(CallExample.row("second", ended: "12:00:20"))
                calls.add(CallExample.row("first", ended: "12:00:10"))
            case 4: calls.add(CallExample.row("late", ended: "11:58:00"))
            case 5: calls.add(CallExample.row("last", ended: "12:01:00"))
            default: break
            }
        }
        let found = try await Self.watched(calls, transport: calls.transport, stoppingAfter: 4)
        #expect(found.ids == ["first", "second", "late", "last"])
        #expect(found.sleeps == Array(repeating: .seconds(15), count: 5))
    }

    @Test("With a start, the records since then come first, in the order of the list")
    func since() async throws {
        let calls = GrowingCalls(
            [
                CallExample.row("b", ended: "11:59:00"), CallExample.row("a", ended: "10:30:00"),
                CallExample.row("z", ended: "09:00:00"),
            ], at: try Self.start()
        ) { calls, look in if look == 2 { calls.add(CallExample.row("c", ended: "12:00:10")) } }
        let found = try await Self.watched(
            calls, since: UTCTime("2026-11-22 10:00"), transport: calls.transport, stoppingAfter: 3)
        #expect(found.ids == ["b", "a", "c"])
    }

    @Test("A watch forgets calls that no look can return again")
    func longWatch() async throws {
        let calls = GrowingCalls([], at: try Self.start()) { calls, look in
            calls.advance(by: .seconds(15))
            let minute = look / 4
            guard look % 4 == 1, minute < 60 else { return }
            calls.add(CallExample.row("\(minute)", ended: "12:\(minute < 10 ? "0" : "")\(minute):20"))
        }
        let found = try await Self.watched(calls, transport: calls.transport, stoppingAfter: 60)
        #expect(found.ids == (0..<60).map(String.init))
    }

    @Test("An outage is reported and does not end the watch, and calls of its time are found afterwards")
    func outage() async throws {
        let calls = GrowingCalls([], at: try Self.start()) { calls, look in
            calls.advance(by: .seconds(600))
            if look == 1 { calls.add(CallExample.row("during", ended: "12:08:00")) }
            if look == 3 { calls.add(CallExample.row("after", ended: "12:35:00")) }
        }
        let healthy = calls.transport
        let count = Counter()
        let transport = AnsweringTransport { sent in
            let look = count.next()
            calls.advance(by: look == 1 ? .seconds(600) : .zero)
            return look == 1 ? (503, ["error": "busy"]) : healthy.answered(sent)
        }
        let found = try await Self.watched(calls, transport: transport, stoppingAfter: 2)
        #expect(found.ids == ["during", "after"])
        #expect(found.problems.map(\.code) == [.unavailable])
    }

    @Test("An error that does not pass ends the watch")
    func refused() async throws {
        let calls = GrowingCalls([], at: try Self.start())
        let transport = AnsweringTransport { _ in (401, ["error": "no"]) }
        let error = await #expect(throws: ZentrunkError.self) {
            try await Self.watched(calls, transport: transport, stoppingAfter: 1)
        }
        #expect(error?.code == .unauthenticated)
    }
}

@Suite("The connections that calls belong to")
struct CallOwnersTests {
    private static func trunk(_ id: String, _ name: String) -> Trunk {
        Trunk(LiveObject(id: id, fields: ["trunk_id": .string(id), "name": .string(name)]))
    }

    private static func connection(
        _ name: String, _ numbers: [String], trunk: String? = nil
    ) throws -> ConnectionRecord {
        let identity = ConnectionIdentity(
            carrierAccount: "MA", platform: "vapi", platformAccount: "us", name: try ConnectionName(name))
        let connection = Connection(
            platform: "vapi", name: identity.name, numbers: try numbers.map { try PhoneNumber($0) }, values: [:])
        return ConnectionRecord(
            identity: identity, connection: connection,
            objects: trunk.map { [InstanceID("inbound-trunk"): .init(kind: "zentrunk.trunk", id: $0)] } ?? [:])
    }

    @Test(
        "A live trunk decides, then the journal's trunk, then a number of only one connection",
        arguments: [
            ("1.zt.plivo.com", "+14155550101", "vapi/main"), ("1.ap-south-1.zt.plivo.com", "+14155550101", "vapi/main"),
            ("2.zt.plivo.com", "+14155550100", nil), ("9.zt.plivo.com", "+14155550100", "vapi/main"),
            ("8.zt.plivo.com", "+14155550109", "vapi/gone"), (nil, "+14155550100", "vapi/main"),
            (nil, "+14155550102", nil), (nil, "+14155550177", nil), ("9.zt.plivo.com", "+14155550177", nil),
        ])
    func owners(domain: String?, number: String, owner: String?) throws {
        let owners = CallOwners(
            trunks: [Self.trunk("1", "zc_vapi_main_inbound-trunk"), Self.trunk("2", "pbx")],
            connections: [
                try Self.connection("main", ["+14155550100", "+14155550102"]),
                try Self.connection("gone", ["+14155550102"], trunk: "8"),
            ])
        let row = CallExample.row("a", ended: "10:00:00", to: number, trunk: domain)
        let record = try CallRecord(JSONCursor(.object(row)))
        #expect(owners.owner(of: record)?.description == owner)
        #expect(owners.all.map(\.description).sorted() == ["vapi/gone", "vapi/main"])
    }
}
