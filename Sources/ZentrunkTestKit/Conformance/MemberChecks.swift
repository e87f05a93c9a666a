import HTTPTypes
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

/// Members that the template does not set survive every option, and undo restores the accounts as they were.
enum MemberChecks {
    /// A connection with everything on, and one without what can be switched on.
    static func cases(_ pairing: Pairing) -> [AdapterConformance.Case] {
        [true, false].map { isFull in
            AdapterConformance.Case(isFull ? "everything on" : "everything off") {
                try await law(
                    Combination(
                        pairing: pairing, authentication: "credentials", isSecure: isFull,
                        asksInbound: isFull && pairing.canAskInbound, hasFailover: isFull, hasAgent: true))
            }
        }
    }

    /// One option of a live connection, and what it becomes.
    private struct Switch: CustomStringConvertible {
        var name: String
        var value: String?
        var description: String { "\(name)=\(value ?? "")" }
    }

    /// Every other value of every parameter.
    private static func switches(_ asked: Combination) throws -> [Switch] {
        let template = try asked.pairing.template()
        let selecting = asked.pairing.platform.description.accountParameters
        return try template.allParameters.filter { !selecting.contains($0.name) }.flatMap { parameter -> [Switch] in
            let now = try asked.request.values[parameter.name]?.text
            let values: [String?] =
                switch parameter.type {
                case .bool: [now == "true" ? "false" : "true"]
                case .choice(let choices):
                    choices.filter { $0 != now && ($0 != parameter.defaultValue?.string || now != nil) }
                case .string, .id, .country: ["us", nil]
                case .host: ["other.example.com", nil]
                case .uri: ["other.example.com:5060;transport=tcp", nil]
                case .url: ["https://other.example.com/calls", nil]
                }
            return values.filter { $0 != now }.map { Switch(name: parameter.name, value: $0) }
        }
    }

    /// Each option is switched, compared and undone.
    private static func law(_ asked: Combination) async throws {
        try await World.run(for: asked.pairing) { world async throws in
            let journal = InMemoryJournal()
            let connector = try world.connector(asked.pairing, journal: journal)
            try await world.connect(connector, asked.request)
            let members = try await decorate(asked, connector, world)
            for side in Side.allCases {
                #expect(members[side]?.isEmpty == false, "the contract has only members that the template sets")
            }
            let count = members.values.reduce(0) { $0 + $1.count }
            #expect(count >= asked.pairing.facts.foreignMembers, "\(members)")
            #expect(try await connector.plan(asked.request).isEmpty, "foreign members are not drift")
            var cases = 0
            for change in try switches(asked) {
                let before = world.sandbox.state
                var request = ConnectionRequest(name: asked.name)
                request.values[change.name] = ParameterValue(change.value)
                // Without an agent, the switch for that is needed.
                if change.name == asked.pairing.agent.name, let name = asked.pairing.withoutAgent {
                    request.values[name] = .flag(change.value == nil)
                }
                // A value that the template or the adapter refuses is not a switch.
                guard let plan = try? await connector.plan(request), plan.collisions.isEmpty else { continue }
                let report = await connector.apply(plan, consent: true)
                #expect(report.error == nil, "\(change): \(report.error?.message ?? "")")
                #expect(unsaid(before, world.sandbox.state, plan) == [], "\(change)")
                guard report.outcome == .connected, let run = report.run else { continue }
                cases += 1
                let undone = try await connector.undo(run)
                #expect(undone.error == nil, "undo of \(change): \(undone.error?.message ?? "") \(undone.left)")
                #expect(
                    Account(world.sandbox.state, of: asked.pairing).difference(from: Account(before, of: asked.pairing))
                        == [], "undo of \(change)")
            }
            #expect(cases >= 3)
            #expect(try world.violations(asked.pairing) == [])
        }
    }

    // MARK: Every member

    /// Sets every member that the contract allows and that the template does not set.
    ///
    /// - Returns: The kinds and members that were set, by side.
    private static func decorate(
        _ asked: Combination, _ connector: Connector, _ world: World
    ) async throws -> [Side: Set<String>] {
        let template = try asked.pairing.template()
        var members: [Side: Set<String>] = [:]
        for resource in try await connector.plan(asked.request).resources {
            let kind = try world.kind(resource.kind, of: asked.pairing)
            guard kind.description.role == .object, let id = resource.id, let live = try await kind.read(id),
                let own = template.resources.first(where: { $0.key == resource.instance.key })?.body.ownMembers,
                let example = try example(kind, asked, live)
            else { continue }
            var changes = JSONObject()
            for (name, value) in example
            where kind.description.fields[name].map({ $0.refersTo == nil && !$0.isWriteOnly }) ?? true {
                let filled = filled(live.fields[name], with: value, own[name])
                if let filled, filled != live.fields[name] {
                    // A person who edits an object at a vendor leaves its password as it is.
                    changes[name] = kind.description.fields[name].map { withPasswords(filled, $0) } ?? filled
                    members[kind.description.side, default: []].formUnion(
                        paths(filled, without: live.fields[name], at: "\(resource.kind) /\(name)"))
                }
            }
            guard !changes.isEmpty else { continue }
            try await kind.changeByHand(live, changes)
        }
        return members
    }

    private static func example(
        _ kind: any ResourceKind, _ asked: Combination, _ live: LiveObject
    ) throws -> JSONObject? {
        let isCarrier = kind.description.side == .carrier
        let contract = ContractExample(
            contract: try isCarrier ? Contracts.document(PlivoService.vendor) : asked.pairing.contract())
        // Members that a write can set: an answer's own members say nothing about the body of a request.
        let known = kind.description.fields.filter { !$0.value.isReadOnly }
        for operation in [KindCall.Operation.update, .create] {
            guard let call = kind.calls.first(where: { $0.operation == operation }) else { continue }
            let paths = contract.contract["paths"]?.object?.names ?? []
            let wanted = call.path.replacing(/\{[a-z_]*\}/, with: "{}")
            guard let path = paths.first(where: { wanted.hasSuffix($0.replacing(/\{[a-z_]*\}/, with: "{}")) })
            else { continue }
            let method = call.method.rawValue.lowercased()
            // The object is the body, or where the API wraps it, one of the body's members.
            let wrapped = operation == .create ? contract.members(ofBody: method, path: path) : []
            for member in [nil] + wrapped {
                guard let schema = contract.body(method, path: path, member: member),
                    let object = contract.value(schema, like: .object(live.fields))?.object,
                    object.names.contains(where: { known[$0] != nil })
                else { continue }
                return named(object, known) { operation == .update ? $0.update : $0.create }
            }
        }
        return nil
    }

    /// Returns the members of a request by the names that the kind's fields have.
    private static func named(
        _ object: JSONObject, _ fields: [String: Field], _ name: (Field.Names) -> String?
    ) -> JSONObject {
        let known = Dictionary(fields.compactMap { own, field in name(field.names).map { ($0, own) } }) { first, _ in
            first
        }
        return JSONObject(object.map { (known[$0.name] ?? $0.name, $0.value) })
    }

    /// Returns the live value, with all missing members of the example that the template does not set.
    private static func filled(_ live: JSONValue?, with example: JSONValue, _ own: OwnMembers?) -> JSONValue? {
        let isSilent = live.map { [.null, "", [], [:], false, 0].contains($0) } ?? true
        switch (live, example, own) {
        case (.array(let elements)?, .array(let examples), _) where elements.first?.object != nil:
            guard let more = examples.first else { return live }
            return .array(
                elements.map { filled($0, with: more, OwnMembers($0.object?.names ?? [])) ?? $0 } + [more])
        case (_, _, .whole?): return live
        case (.object(let members)?, .object(let more), _):
            var result = members
            for (name, value) in more { result[name] = filled(members[name], with: value, own?[name]) }
            return .object(result)
        case (nil, _, .members?): return nil
        default: return isSilent ? example : live
        }
    }

    private static func withPasswords(_ value: JSONValue, _ field: Field) -> JSONValue {
        guard case .object(let fields) = field.shape, var members = value.object else { return value }
        for (name, rule) in fields {
            if rule.isWriteOnly {
                members[name] = "not-a-secret-1"
            } else if let member = members[name] {
                members[name] = withPasswords(member, rule)
            }
        }
        return .object(members)
    }

    private static func paths(_ value: JSONValue, without live: JSONValue?, at path: String) -> [String] {
        guard value != live else { return [] }
        switch value {
        case .object(let members): return members.flatMap { paths($1, without: live?[$0], at: "\(path)/\($0)") }
        case .array(let elements) where elements.first?.object != nil:
            return elements.enumerated().flatMap { index, element in
                let old = live?.array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
                return paths(element, without: old, at: path)
            }
        default: return [path]
        }
    }

    // MARK: What changed

    /// Returns the members of existing objects that changed although the plan did not say so.
    private static func unsaid(_ before: JSONValue, _ after: JSONValue, _ plan: Plan) -> [String] {
        let said =
            plan.resources.flatMap { $0.changes.map(\.path.tokens) + $0.losses.map(\.tokens) }.map(plain)
        let old = rows(before)
        return rows(after).flatMap { name, row -> [String] in
            guard let former = old[name] else { return [] }
            return differences(former, row, []).filter { path in
                !said.contains { plain(path).starts(with: $0) || $0.starts(with: plain(path)) } && !isVendors(path)
            }.map { "\(name): /\($0.joined(separator: "/"))" }
        }
    }

    private static func rows(_ state: JSONValue) -> [String: JSONValue] {
        var rows: [String: JSONValue] = [:]
        for (vendor, tables) in state.object ?? [:] {
            for (table, found) in tables.object ?? [:] {
                for row in found.array ?? [] {
                    guard let name = Account.name(of: row) else { continue }
                    rows["\(vendor) \(table) \(name)"] = row
                }
            }
        }
        return rows
    }

    private static func differences(_ old: JSONValue?, _ new: JSONValue?, _ path: [String]) -> [[String]] {
        let (old, new) = (old ?? .null, new ?? .null)
        guard old != new, ![.null, [], [:], ""].contains(old) || ![.null, [], [:], ""].contains(new) else { return [] }
        if let left = old.object, let right = new.object {
            return Set(left.names + right.names).sorted().flatMap { differences(left[$0], right[$0], path + [$0]) }
        }
        if let left = old.array, let right = new.array, (left + right).allSatisfy({ $0.object != nil }) {
            return (0..<max(left.count, right.count)).flatMap { index in
                differences(
                    index < left.count ? left[index] : nil, index < right.count ? right[index] : nil,
                    path + [String(index)])
            }
        }
        return [path]
    }

    /// Removes indices and normalises the notation.
    private static func plain(_ path: [String]) -> [String] {
        path.filter { Int($0) == nil }.map { $0.filter { $0 != "_" }.lowercased() }
    }

    /// Whether the vendor itself sets the member: times, ids, and what it shows under two names.
    private static func isVendors(_ path: [String]) -> Bool {
        let names = [
            "id", "createdAt", "updatedAt", "created_at", "updated_at", "trunk_domain", "assigned_agent",
            "inbound_trunk",
            "outbound_trunk", "provider_config",
        ]
        return path.first.map { names.contains($0) || $0.hasSuffix("_uuid") || $0.hasSuffix("_id") } ?? true
            || path.last.map { $0.lowercased().hasSuffix("password") } ?? true
    }
}
