import Foundation
import HTTPTypes
import Synchronization
@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// A vendor in memory: it keeps objects by kind and id, records every call, and fails where a test says so.
///
/// One vendor can hold both sides of a connection, so that calls are counted in one order. Kinds reach it through
/// ``transport(to:wrap:)``; a test reaches its objects directly, as another actor would.
///
/// ```swift
/// let vendor = MemoryVendor()
/// vendor.own("+14155550100", application: "4711")
/// let connector = try vendor.connector(journal: InMemoryJournal(), clock: TestClock())
/// vendor.fail(.unavailable, at: .write(2))
/// ```
@_spi(Adapter) public final class MemoryVendor: Sendable {
    /// Something that happens at a place.
    private enum Act: Sendable {
        case fail(MemoryFailure)
        case before(@Sendable () async -> Void)
        case after(@Sendable () async -> Void)
    }

    private struct Appointment: Sendable {
        var place: MemoryPlace
        var act: Act
        var timesLeft: Int
        var seen = 0
    }

    private struct State {
        var store: MemoryStore
        var calls: [MemoryCall] = []
        var appointments: [Appointment] = []

        /// Notes a call and takes what is to happen at it.
        mutating func arrive(_ call: MemoryCall) -> [Act] {
            calls.append(call)
            var acts: [Act] = []
            for index in appointments.indices where appointments[index].place.matches(call) {
                appointments[index].seen += 1
                guard appointments[index].seen >= appointments[index].place.nth, appointments[index].timesLeft > 0
                else { continue }
                appointments[index].timesLeft -= 1
                acts.append(appointments[index].act)
            }
            return acts
        }
    }

    private let state: Mutex<State>

    /// - Parameter rules: The kinds that the vendor knows; those of ``MemoryCarrier`` and ``MemoryAdapter`` if left out.
    public init(_ rules: [MemoryRules] = MemoryCarrier.rules + MemoryAdapter.rules) {
        state = Mutex(State(store: MemoryStore(rules)))
    }

    // MARK: Objects

    /// All objects, by kind and id, with the members that no read shows.
    public var objects: [String: [String: JSONObject]] {
        state.withLock { $0.store.objects.filter { !$0.value.isEmpty } }
    }

    /// The ids of a kind's objects, sorted.
    public func ids(_ kind: String) -> [String] {
        state.withLock { $0.store.objects[kind, default: [:]].keys.sorted() }
    }

    /// An object; nil when there is none.
    public subscript(_ kind: String, _ id: String) -> JSONObject? { state.withLock { $0.store.objects[kind]?[id] } }

    /// Adds an object, as another actor would.
    ///
    /// - Parameter id: The next id of the kind if left out.
    /// - Returns: The id.
    @discardableResult
    public func insert(_ kind: String, _ fields: JSONObject, id: String? = nil) -> String {
        state.withLock { $0.store.insert(kind, fields, id: id) }
    }

    /// Changes members of an object, as another actor would; null removes a member.
    public func change(_ kind: String, _ id: String, _ fields: JSONObject) {
        state.withLock { $0.store.change(kind, id, fields) }
    }

    /// Removes an object and nothing else, as another actor would.
    public func remove(_ kind: String, _ id: String) { state.withLock { $0.store.remove(kind, id) } }

    // MARK: Calls

    /// All calls in the order in which they arrived, failed ones included.
    public var calls: [MemoryCall] { state.withLock { $0.calls } }

    /// The calls that can change something.
    public var writes: [MemoryCall] { calls.filter(\.isWrite) }

    /// The calls that only read.
    public var reads: [MemoryCall] { calls.filter { !$0.isWrite } }

    /// Forgets the calls so far.
    public func clearCalls() { state.withLock { $0.calls = [] } }

    // MARK: Failures and other actors

    /// Lets calls fail.
    ///
    /// - Parameter times: How many calls in a row fail, of those that match the place.
    public func fail(_ failure: MemoryFailure, at place: MemoryPlace, times: Int = 1) {
        add(place, .fail(failure), times)
    }

    /// Does something once before the vendor acts on a call: what another actor does at that moment.
    public func before(_ place: MemoryPlace, _ act: @escaping @Sendable () async -> Void) {
        add(place, .before(act), 1)
    }

    /// Does something once after the vendor has acted on a call, before the answer.
    public func after(_ place: MemoryPlace, _ act: @escaping @Sendable () async -> Void) { add(place, .after(act), 1) }

    /// Ends all failures and forgets what was to be done.
    public func heal() { state.withLock { $0.appointments = [] } }

    private func add(_ place: MemoryPlace, _ act: Act, _ times: Int) {
        state.withLock { $0.appointments.append(Appointment(place: place, act: act, timesLeft: times)) }
    }

    // MARK: Transport

    /// The way to this vendor.
    ///
    /// - Parameters:
    ///   - side: The side that requests are counted for.
    ///   - wrap: Puts another transport around this one, such as one that retries.
    public func transport(
        to side: Side, wrap: (any HTTPTransport) -> any HTTPTransport = { $0 }
    ) -> any HTTPTransport {
        wrap(CountedTransport(MemoryTransport(vendor: self), side: side))
    }

    /// Carries a call out.
    ///
    /// - Throws: `TransportError` where no answer comes.
    func answer(_ call: MemoryCall) async throws -> MemoryAnswer {
        let acts = state.withLock { $0.arrive(call) }
        for case .before(let act) in acts { await act() }
        let failure = acts.lazy.compactMap { if case .fail(let failure) = $0 { failure } else { nil } }.first
        if let failure, !failure.acts { return try failure.answer() }
        let answer = state.withLock { $0.store.perform(call) }
        for case .after(let act) in acts { await act() }
        return try failure?.answer() ?? answer
    }
}

/// A transport that answers from a ``MemoryVendor``: `GET /carrier.trunk`, `PATCH /carrier.trunk/trunk-0001`, and so on.
struct MemoryTransport: HTTPTransport {
    let vendor: MemoryVendor

    func send(_ request: TransportRequest) async throws -> TransportResponse {
        let path = (request.head.path ?? "").split(separator: "?").first ?? ""
        let parts = path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
        let fields = (try? JSONValue(parsing: request.body))?.object ?? [:]
        let operation: MemoryCall.Operation =
            switch request.head.method {
            case .get: parts.count > 1 ? .read : .list
            case .post: .create
            case .delete: .delete
            default: .update
            }
        let call = MemoryCall(
            operation: operation, kind: parts.first ?? "", id: parts.count > 1 ? parts[1] : nil, fields: fields)
        let answer = try await vendor.answer(call)
        return TransportResponse(head: HTTPResponse(status: .init(code: answer.status)), body: answer.body)
    }
}
