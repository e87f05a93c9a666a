@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// Whether the live objects of a connection are as it describes them.
public struct Drift: Sendable {
    /// The outcome.
    public enum State: Sendable {
        /// Everything is as described.
        case unchanged
        /// Something differs; the plan would repair it.
        case drifted(Plan)
        /// A vendor or the journal could not be read.
        case unreadable(ZentrunkError)
    }

    /// The platform.
    public var platform: PlatformID
    /// The connection's name.
    public var name: ConnectionName
    /// The outcome.
    public var state: State
    /// Numbers whose calls another connection has taken over by a switch, with that connection. They do not count as a
    /// difference.
    public var switched: [PhoneNumber: ConnectionIdentity]

    /// Creates a result.
    package init(
        platform: PlatformID, name: ConnectionName, state: State, switched: [PhoneNumber: ConnectionIdentity] = [:]
    ) {
        self.platform = platform
        self.name = name
        self.state = state
        self.switched = switched
    }

    /// The outcome in one word: `unchanged`, `drifted` or `unreadable`.
    public var word: String {
        switch state {
        case .unchanged: "unchanged"
        case .drifted: "drifted"
        case .unreadable: "unreadable"
        }
    }

    /// What helps: the repair, or what helps against the error.
    public var remedies: [Remedy] {
        switch state {
        case .unchanged: []
        case .drifted(let plan): [PlanChecks(plan: plan, kinds: [], facts: SIPFacts(), switched: switched).repair]
        case .unreadable(let error): error.remedies
        }
    }

    /// The result for programs.
    public var json: JSONObject {
        var members: JSONObject = [
            "platform": .string(platform.description), "connection": .string(name.description), "state": .string(word),
        ]
        if case .drifted(let plan) = state {
            members["resources"] = .array(plan.resources.filter { !$0.deeds.isEmpty }.map { .object($0.json) })
            members["collisions"] = .array(plan.collisions.map { .object($0.json) })
        } else {
            members["resources"] = []
            members["collisions"] = []
        }
        members["switched"] = .array(
            switched.sorted { $0.key < $1.key }.map { number, other in
                ["number": .string(number.e164), "to": .string("\(other.platform)/\(other.name)")]
            })
        members["remedies"] = remedies.json
        return members
    }
}

extension Connector {
    /// Compares a connection with its live objects. Sends reads only.
    ///
    /// - Throws: `CancellationError`. A failed read is part of the result.
    public func drift(
        of name: ConnectionName, values: [String: ParameterValue] = [:], reporting events: RunEvents? = nil
    ) async throws -> Drift {
        let request = ConnectionRequest(name: name, values: values)
        do {
            let plan = try await plan(request, reporting: events)
            let switched = try await ConnectionReading(self).switched(in: plan)
            let isAsDescribed =
                plan.collisions.allSatisfy { $0.isOfRoute(in: switched) }
                && plan.resources.allSatisfy { resource in
                    resource.deeds.isEmpty
                        || resource.deeds == [.moveRoute]
                            && resource.instance.number.map { switched[$0] != nil } == true
                }
            return Drift(
                platform: platform.id, name: name, state: isAsDescribed ? .unchanged : .drifted(plan),
                switched: switched)
        } catch let error as CancellationError { throw error } catch {
            return Drift(platform: platform.id, name: name, state: .unreadable(.explaining(error)))
        }
    }
}
