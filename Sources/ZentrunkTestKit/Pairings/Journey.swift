import Testing
@_spi(Adapter) package import ZentrunkCore
package import ZentrunkJSON
import ZentrunkSandbox

/// One command that a sweep disturbs: what is there before it, and what it leads to.
package struct Journey: Sendable, CustomTestStringConvertible {
    package var name: String
    package var pairing: Pairing
    /// The connection that is there before; nil for none.
    package var before: Combination?
    /// What it leads to; nil for a disconnect.
    package var after: Combination?

    package var testDescription: String { "\(pairing.id): \(name)" }

    /// - Parameters:
    ///   - before: The connection that is there before; nil for none.
    ///   - after: The connection that the command makes; nil for a disconnect.
    package init(_ name: String, _ pairing: Pairing, before: Combination?, after: Combination?) {
        self.name = name
        self.pairing = pairing
        self.before = before
        self.after = after
    }

    package static func connect(_ pairing: Pairing) -> Journey {
        Journey("connect", pairing, before: nil, after: .fullest(pairing))
    }

    /// Several numbers are connected side by side, so that others are under way when one fails.
    package static func manyNumbers(_ pairing: Pairing) -> Journey {
        Journey(
            "connect with several numbers", pairing, before: nil, after: Combination(pairing: pairing, count: 3))
    }

    /// Objects of a live connection change.
    package static func change(_ pairing: Pairing) -> Journey {
        let full = Combination.fullest(pairing)
        var plain = full
        plain.isSecure = false
        plain.asksInbound = false
        return Journey("change", pairing, before: plain, after: full)
    }

    /// Objects of a live connection make room for others; nil where the platform has only one authentication.
    package static func replacement(_ pairing: Pairing) -> Journey? {
        guard pairing.authentications.count > 1 else { return nil }
        return Journey(
            "other authentication", pairing,
            before: Combination(pairing: pairing, authentication: "credentials", hasAgent: true),
            after: Combination(pairing: pairing, authentication: "ip-acl", hasAgent: true))
    }

    package static func disconnect(_ pairing: Pairing) -> Journey {
        Journey("disconnect", pairing, before: .fullest(pairing), after: nil)
    }

    package var numbers: [PhoneNumber] { get throws { try (after ?? before)?.numbers ?? [] } }

    /// The application that the first number is routed to before everything.
    package static let application = "4711"

    package static func request(_ asked: Combination) throws -> ConnectionRequest {
        var request = try asked.request
        request.mayReroute = true
        return request
    }
}

/// What a sweep's case begins with.
package struct Beginning {
    /// The accounts before there was any connection.
    package let empty: JSONValue
    /// The accounts just before the command.
    package let start: JSONValue
    package let journey: Journey

    /// What is otherwise than just before the command; ids and passwords only where nothing was there before.
    package func difference(_ state: JSONValue) -> [String] {
        guard journey.before == nil else {
            return Account(state, of: journey.pairing).difference(from: Account(start, of: journey.pairing))
        }
        return state == start
            ? []
            : Account(state, of: journey.pairing).difference(from: Account(start, of: journey.pairing)) + [
                "something differs"
            ]
    }
}

extension World {
    /// Forgets everything, and makes what is there before the journey.
    package func begin(_ journey: Journey, _ journal: any Journal) async throws -> Beginning {
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
    /// - Parameter mayBeOneSided: Whether to go on when only the carrier's half is there.
    package func travel(
        _ journey: Journey, _ connector: Connector, mayBeOneSided: Bool = false, events: RunEvents? = nil
    ) async throws -> Report {
        defer { events?.finish() }
        do {
            if let after = journey.after {
                var request = try Journey.request(after)
                request.mayBeOneSided = mayBeOneSided
                return try await connect(connector, request, events: events)
            }
            let plan = try await connector.plan(
                DisconnectionRequest(mayBeOneSided: mayBeOneSided), reporting: events)
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

    /// Expects the accounts to be as the journey leaves them.
    package func isThere(_ journey: Journey, _ beginning: Beginning) throws {
        if let after = journey.after {
            try journey.pairing.check(sandbox.state, after)
            #expect(Self.duplicates(in: sandbox.state) == [])
        } else {
            #expect(
                Account(sandbox.state, of: journey.pairing).difference(
                    from: Account(beginning.empty, of: journey.pairing)) == [])
        }
    }

    /// Names that more than one object of a kind carries, or of a kind and number.
    package static func duplicates(in state: JSONValue) -> [String] {
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

    /// Numbers that a trunk's end left without any answer, though they had been somewhere before the connection.
    package func silenced() -> [String] {
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
