/// The members of an object that a template sets, in any of its branches. Every other member keeps the value that it has.
public enum OwnMembers: Sendable, Hashable {
    /// The whole value, with every member that the kind's rules know.
    case whole
    /// These members of an object.
    case members([String: OwnMembers])

    /// These members, each as a whole.
    public init(_ names: some Sequence<String>) {
        self = .members(Dictionary(names.map { ($0, .whole) }) { first, _ in first })
    }

    /// The names of the members; empty for a whole value.
    public var names: [String] { if case .members(let members) = self { members.keys.sorted() } else { [] } }

    /// What is set of a member; nil when nothing is.
    public subscript(_ name: String) -> OwnMembers? {
        if case .members(let members) = self { members[name] } else { .whole }
    }

    public func contains(_ name: String) -> Bool { self[name] != nil }

    /// What either sets.
    public func union(_ other: OwnMembers) -> OwnMembers {
        guard case .members(let mine) = self, case .members(let theirs) = other else { return .whole }
        return .members(mine.merging(theirs) { $0.union($1) })
    }

    public func union(_ names: some Sequence<String>) -> OwnMembers { union(OwnMembers(names)) }
}

extension TemplateNode {
    /// The members that the node sets in every branch that conditions could choose.
    package var ownMembers: OwnMembers {
        switch self {
        case .object(let members):
            .members(Dictionary(members.map { ($0.name, $0.node.ownMembers) }) { $0.union($1) })
        case .when(_, let node): node.ownMembers
        case .select(_, let cases):
            cases.values.reduce(nil) { (all: OwnMembers?, node) in all?.union(node.ownMembers) ?? node.ownMembers }
                ?? .whole
        case .literal, .reference, .text, .array, .spread: .whole
        }
    }
}
