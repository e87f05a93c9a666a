/// The members of an object that a template sets, in any of its branches. Every other member keeps its live value.
package enum OwnMembers: Sendable, Hashable {
    /// The entire value, with every member that the kind's rules know.
    case whole
    /// These members of an object.
    case members([String: OwnMembers])

    /// Creates a set of members, each of them owned entirely.
    package init(_ names: some Sequence<String>) {
        self = .members(Dictionary(names.map { ($0, .whole) }) { first, _ in first })
    }

    /// The names of the members; empty for an entire value.
    package var names: [String] { if case .members(let members) = self { members.keys.sorted() } else { [] } }

    /// Returns the owned part of a member; nil if the member is not owned.
    package subscript(_ name: String) -> OwnMembers? {
        if case .members(let members) = self { members[name] } else { .whole }
    }

    /// Whether the member, or a part of it, is owned.
    package func contains(_ name: String) -> Bool { self[name] != nil }

    /// Returns the members that either side owns.
    package func union(_ other: OwnMembers) -> OwnMembers {
        guard case .members(let mine) = self, case .members(let theirs) = other else { return .whole }
        return .members(mine.merging(theirs) { $0.union($1) })
    }

    /// Returns the members with these added, each of them owned entirely.
    package func union(_ names: some Sequence<String>) -> OwnMembers { union(OwnMembers(names)) }
}

extension TemplateNode {
    /// The members that the node sets in any branch that its conditions can choose.
    package var ownMembers: OwnMembers {
        fold { node, parts in
            switch node {
            case .object:
                return .members(
                    Dictionary(parts.compactMap { part in part.step.member.map { ($0, part.result) } }) { $0.union($1) }
                )
            case .literal, .reference, .text, .array, .spread: return .whole
            default: return parts.dropFirst().reduce(parts.first?.result) { $0?.union($1.result) } ?? .whole
            }
        }
    }
}

extension TemplateNode.Step {
    /// The name of the member; nil for other steps.
    package var member: String? { if case .member(let name) = self { name } else { nil } }
}
