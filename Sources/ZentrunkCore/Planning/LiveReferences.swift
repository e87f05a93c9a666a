import ZentrunkJSON

/// The members in which live objects hold the ids of others, or the domain that platforms dial.
///
/// The template's references name these members for its own kinds, in every branch, and a kind's rules name the fields
/// with ids. Values are compared as a whole: an id that is part of another id, or a domain in a display name, is not a
/// reference.
struct LiveReferences: Sendable {
    /// What identifies the referenced object.
    private enum Mark: Sendable { case id, domain }

    /// What is next to a value inside a text.
    private enum Neighbour: Sendable, Hashable {
        case end
        case character(Character)
        /// Another value.
        case anything

        func admits(_ character: Character?) -> Bool {
            switch self {
            case .end: character == nil
            case .character(let expected): character == expected
            case .anything: true
            }
        }
    }

    private struct Slot: Sendable {
        /// The member's path, without indices.
        var path: [String]
        /// The kind of the referenced object.
        var kind: String
        var mark: Mark
        var before = Neighbour.end
        var after = Neighbour.end
    }

    /// By the kind of the object with the member.
    private var slots: [String: [Slot]] = [:]
    private var domainField = ""

    /// Creates a value without any members.
    init() {}

    init(_ template: Template, _ kinds: KindTable) {
        domainField = kinds.domainField
        for kind in kinds.all.map(\.description) {
            slots[kind.name] = kind.references.map { Slot(path: [$0.field], kind: $0.kind, mark: .id) }
        }
        let byKey = Dictionary(template.resources.map { ($0.key, $0.kind) }) { first, _ in first }
        for resource in template.resources {
            for place in resource.body.memberPlaces {
                for (reference, before, after) in place.node.referencesWithNeighbours {
                    guard case .resource(let key, let field) = reference.source, let name = byKey[key],
                        let kind = try? kinds.kind(name).description, let mark = mark(of: field, kind)
                    else { continue }
                    slots[resource.kind, default: []].append(
                        Slot(
                            path: place.context.tokens, kind: name, mark: mark,
                            before: Self.neighbour(before?.last, before),
                            after: Self.neighbour(after?.first, after)))
                }
            }
        }
    }

    /// Whether an object holds the id or the domain of the other one.
    func uses(_ user: LiveState.Found, _ used: LiveState.Found) -> Bool {
        slots[user.kind]?.contains { slot in
            guard slot.kind == used.kind, let mark = text(of: slot.mark, used.object), !mark.isEmpty else {
                return false
            }
            return JSONValue.object(user.object.fields).texts(at: slot.path[...]).contains { text in
                text.ranges(of: mark).contains { range in
                    slot.before.admits(text[..<range.lowerBound].last)
                        && slot.after.admits(text[range.upperBound...].first)
                }
            }
        } ?? false
    }

    /// Whether one of the objects uses the other one.
    func areRelated(_ first: LiveState.Found, _ second: LiveState.Found) -> Bool {
        uses(first, second) || uses(second, first)
    }

    private func mark(of field: [String], _ kind: KindDescription) -> Mark? {
        field == [kind.idField] ? .id : field == [domainField] ? .domain : nil
    }

    private func text(of mark: Mark, _ object: LiveObject) -> String? {
        switch mark {
        case .id: object.id
        case .domain: object.fields[domainField]?.string
        }
    }

    private static func neighbour(_ character: Character?, _ text: String?) -> Neighbour {
        text == nil ? .anything : character.map { .character($0) } ?? .end
    }
}

extension TemplateNode {
    /// The node's own references, each with the verbatim text before and after it; nil if a reference is there.
    fileprivate var referencesWithNeighbours: [(reference: TemplateReference, before: String?, after: String?)] {
        guard case .text(let parts) = self else { return ownReferences.map { ($0, "", "") } }
        return parts.indices.compactMap { index in
            parts[index].reference.map { reference in
                (
                    reference, index == parts.startIndex ? "" : parts[index - 1].verbatim,
                    index == parts.endIndex - 1 ? "" : parts[index + 1].verbatim
                )
            }
        }
    }
}

extension JSONValue {
    /// Returns the texts at a path without indices.
    fileprivate func texts(at path: ArraySlice<String>) -> [String] {
        switch self {
        case .array(let elements): elements.flatMap { $0.texts(at: path) }
        case .object(let members): path.first.flatMap { members[$0]?.texts(at: path.dropFirst()) } ?? []
        case .string(let text): path.isEmpty ? [text] : []
        default: []
        }
    }
}
