import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkJournal
import ZentrunkSandbox

/// A command that a sweep disturbs, with the state before it and the expected result.
struct Journey: Sendable, CustomTestStringConvertible {
    var name: String
    var pairing: Pairing
    /// The connection that exists before; nil for none.
    var before: Combination?
    /// The expected result; nil for a disconnect.
    var after: Combination?

    var testDescription: String { "\(pairing.id): \(name)" }

    static let connects = Combination.fullest.map {
        Journey(name: "connect", pairing: $0.pairing, before: nil, after: $0)
    }

    /// Several numbers are processed in parallel, so that others are in progress when one fails.
    static let manyNumbers = Pairing.all.map {
        Journey(
            name: "connect with several numbers", pairing: $0, before: nil, after: Combination(pairing: $0, count: 3))
    }

    /// Objects of a live connection are updated.
    static let changes = Combination.fullest.map { full in
        var plain = full
        plain.isSecure = false
        plain.asksInbound = false
        return Journey(name: "change", pairing: full.pairing, before: plain, after: full)
    }

    /// Objects of a live connection are replaced.
    static let replacements = Pairing.all.filter { $0.authentications.count > 1 }.map {
        Journey(
            name: "other authentication", pairing: $0,
            before: Combination(pairing: $0, authentication: "credentials", hasAgent: true),
            after: Combination(pairing: $0, authentication: "ip-acl", hasAgent: true))
    }

    static let disconnects = Combination.fullest.map {
        Journey(name: "disconnect", pairing: $0.pairing, before: $0, after: nil)
    }

    static let all = connects + changes + replacements + disconnects

    var numbers: [PhoneNumber] { get throws { try (after ?? before)?.numbers ?? [] } }

    /// The application that the first number is routed to initially.
    static let application = "4711"

    static func request(_ asked: Combination) throws -> ConnectionRequest {
        var request = try asked.request
        request.mayReroute = true
        return request
    }
}

/// The initial state of a sweep's case.
struct Beginning {
    /// The accounts before any connection.
    let empty: JSONValue
    /// The accounts just before the command.
    let start: JSONValue
    let journey: Journey

    /// Returns the differences to the state just before the command. Ids and passwords are compared only if there was
    /// no connection before.
    func difference(_ state: JSONValue) -> [String] {
        guard journey.before == nil else { return Account(state).difference(from: Account(start)) }
        return state == start ? [] : Account(state).difference(from: Account(start)) + ["something differs"]
    }
}

extension World {
    /// Resets the sandbox and sets up the state before the journey.
    func begin(_ journey: Journey, _ journal: any Journal) async throws -> Beginning {
        sandbox.reset()
        for (index, number) in try journey.numbers.enumerated() {
            sandbox.own(number: number.e164, application: index == 0 ? Journey.application : nil)
        }
        let empty = sandbox.state
        if let before = journey.before {
            let report = try await connect(
                try connector(journey.pairing, journal: journal), try Journey.request(before))
            try #require(report.error == nil)
        }
        return Beginning(empty: empty, start: sandbox.state, journey: journey)
    }

    /// Runs the journey's command.
    ///
    /// - Parameter mayBeOneSided: Whether to confirm that only the carrier's side exists, as an error suggested.
    func travel(
        _ journey: Journey, _ connector: Connector, mayBeOneSided: Bool = false, events: RunEvents? = nil
    ) async throws -> Report {
        defer { events?.finish() }
        do {
            if let after = journey.after {
                var request = try Journey.request(after)
                request.mayBeOneSided = mayBeOneSided
                return try await connect(connector, request, events: events)
            }
            let plan = try await connector.plan(DisconnectionRequest(mayBeOneSided: mayBeOneSided))
            return await connector.apply(plan, consent: true, reporting: events)
        } catch let error as ZentrunkError {
            // It failed before there was a plan.
            return Report(failed: try connection(journey), error)
        }
    }

    private func connection(_ journey: Journey) throws -> Connection {
        Connection(
            platform: journey.pairing.adapter.platform.id, name: .main, numbers: try journey.numbers, values: [:])
    }

    /// Checks that the accounts have the expected result.
    func isThere(_ journey: Journey, _ beginning: Beginning) throws {
        if let after = journey.after {
            try journey.pairing.check(sandbox.state, after)
            #expect(Self.duplicates(in: sandbox.state) == [])
        } else {
            #expect(Account(sandbox.state).difference(from: Account(beginning.empty)) == [])
        }
    }

    /// Returns names shared by several objects of a kind, or of a kind and number.
    static func duplicates(in state: JSONValue) -> [String] {
        var seen: Set<String> = []
        var twice: [String] = []
        for vendor in state.object ?? [:] {
            for table in vendor.value.object ?? [:] {
                for row in table.value.array ?? [] {
                    guard let name = row["name"]?.string else { continue }
                    let key = "\(vendor.name) \(table.name) \(name) \(row["number"]?.string ?? "")"
                    if !seen.insert(key).inserted { twice.append(key) }
                }
            }
        }
        return twice
    }

    /// Returns numbers that lost their answer with a trunk, although they had a route before the connection.
    func silenced() -> [String] {
        var routes: [String: String] = [:]
        var found: [String] = []
        for request in sandbox.requests where request.vendor == PlivoService.vendor && request.hasActed {
            let parts = request.path.split(separator: "/")
            guard let id = parts.last.map(String.init), parts.count > 1 else { continue }
            let collection = parts[parts.count - 2]
            if collection == "Number", request.method == "POST" {
                routes[id] = request.document?["app_id"]?.string
            } else if collection == "Trunk", request.method == "DELETE" {
                found += routes.filter { $0.value == id && Self.isForeign($0.key) }.map {
                    "\($0.key) was at trunk \(id) when that was deleted"
                }
            }
        }
        return found
    }

    /// Only the first number of a journey has a route before.
    private static func isForeign(_ digits: String) -> Bool { digits.hasSuffix("0100") }
}

extension RecordedRequest {
    /// Whether the vendor processed the request.
    fileprivate var hasActed: Bool {
        switch fault {
        case .answer?, .closeBeforeActing?, .hang?: false
        default: status.map { $0 < 400 } ?? true
        }
    }
}
