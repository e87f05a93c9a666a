import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// The facts that kinds and template state fit together.
enum FactChecks {
    /// Every member that diverts calls is a field of its kind.
    static func diversions(_ pairing: Pairing) throws {
        for kind in try World.kinds(of: pairing) {
            for diversion in kind.diversions {
                var shape: Field.Shape? = .object(kind.fields)
                for token in diversion.path.tokens {
                    guard case .object(let members)? = shape else { break }
                    shape = members[token]?.shape
                }
                #expect(shape != nil, "\(kind.name) \(diversion.path)")
                #expect(diversion.unless.allSatisfy { kind.fields[$0] != nil })
            }
        }
    }

    /// Test calls are placed from objects of one of the platform's kinds, which have a number.
    static func calls(_ pairing: Pairing) throws {
        let adapter = try World.adapter(of: pairing)
        guard let calls = adapter.calls else { return }
        let kind = try #require(adapter.kinds.first { $0.description.name == calls.callerKind })
        #expect(kind.description.numberField != nil)
    }

    /// Passwords are in write-only fields only, and every kind of the platform is used.
    static func templateSecrets(_ pairing: Pairing) throws {
        let kinds = try World.kinds(of: pairing)
        for kind in kinds {
            for (name, field) in kind.fields where field.isWriteOnly {
                #expect(field.company != .none, "\(kind.name) /\(name): no update would send it, see Field.sent(with:)")
            }
        }
        let template = try JSONValue(parsing: pairing.templateText())
        var seen: Set<String> = []
        var count = 0
        for (key, resource) in try #require(template["resources"]?.object) {
            let kind = try #require(kinds.first { $0.name == resource["kind"]?.string })
            seen.insert(kind.name)
            let places = kind.fields.flatMap { $1.writeOnlyPaths([$0]) }
            for leaf in Leaf.all(in: withoutBranches(resource["body"] ?? .null)) where leaf.text.contains(".password") {
                #expect(places.contains(leaf.path), "\(pairing.id)/\(key) \(leaf.path)")
                #expect(leaf.text.contains(/^\$\{secrets\.[a-z]+\.password\??\}$/))
                count += 1
            }
        }
        // None outside of a body.
        let text = try pairing.templateText()
        #expect(count > 0 && count == text.matches(of: /\.password/).count)
        #expect(seen.isSuperset(of: kinds.filter { $0.side == .platform }.map(\.name)))
    }

    /// The body without what decides between its branches.
    private static func withoutBranches(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(withoutBranches))
        case .object(let members):
            if let cases = members["cases"]?.object, members["$select"] != nil {
                .array(cases.map { withoutBranches($1) })
            } else if let inner = members["$value"] ?? members["$spread"] {
                withoutBranches(inner)
            } else {
                .object(JSONObject(members.filter { $0.name != "$when" }.map { ($0.name, withoutBranches($0.value)) }))
            }
        default: value
        }
    }
}

/// A text in a document, and the members that lead to it, elements of lists left out.
struct Leaf {
    var path: [String]
    var text: String

    static func all(in value: JSONValue, _ path: [String] = []) -> [Leaf] {
        switch value {
        case .string(let text): [Leaf(path: path, text: text)]
        case .array(let elements): elements.flatMap { all(in: $0, path) }
        case .object(let members): members.flatMap { all(in: $1, path + [$0]) }
        default: []
        }
    }
}

extension Field {
    /// The members that lead to each field that a vendor never returns.
    func writeOnlyPaths(_ path: [String]) -> [[String]] {
        if isWriteOnly { return [path] }
        return switch shape {
        case .object(let members): members.flatMap { $1.writeOnlyPaths(path + [$0]) }
        case .list(let element, _): element.writeOnlyPaths(path)
        default: []
        }
    }
}
