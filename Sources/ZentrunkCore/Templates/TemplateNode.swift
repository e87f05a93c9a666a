public import ZentrunkJSON

/// A body or a part of one, as written in the template.
@_spi(Adapter) public indirect enum TemplateNode: Sendable, Hashable {
    /// A JSON value without references.
    case literal(JSONValue)
    /// `"${x}"` alone: the value of x with its JSON type.
    case reference(TemplateReference)
    /// Text that contains references.
    case text([TextPart])
    /// An object.
    case object([Member])
    /// An array.
    case array([TemplateNode])
    /// `$when`: left out unless the condition holds.
    case when(TemplateCondition, TemplateNode)
    /// `$select`: the case with the name of the parameter's value.
    case select(String, [String: TemplateNode])
    /// `$spread`: the elements of an array in place of the array; only in arrays.
    case spread(TemplateReference)

    /// A part of a text.
    public enum TextPart: Sendable, Hashable {
        /// Verbatim text.
        case verbatim(String)
        /// A reference, replaced with its value.
        case reference(TemplateReference)
    }

    /// A member of an object.
    public struct Member: Sendable, Hashable {
        /// The member's name.
        public var name: String
        /// The member's value.
        public var node: TemplateNode
    }
}

extension TemplateNode {
    /// Returns the value of this node, which must be settled.
    ///
    /// - Parameter lookup: Returns the value of a reference; nil if it is absent.
    /// - Returns: nil if the node is left out because an optional value is absent.
    /// - Throws: The errors of `lookup`, and ``ZentrunkError`` for an absent value that is not optional.
    func value(_ lookup: (TemplateReference) throws(ZentrunkError) -> JSONValue?) throws(ZentrunkError)
        -> JSONValue?
    {
        switch self {
        case .literal(let value): return value
        case .reference(let reference): return try Self.resolve(reference, lookup)
        case .text(let parts):
            var text = ""
            var pending: [String] = []
            for part in parts {
                switch part {
                case .verbatim(let verbatim): text += verbatim
                case .reference(let reference):
                    guard let value = try Self.resolve(reference, lookup) else { return nil }
                    if let after = Pending.after(in: value) {
                        pending += after
                    } else {
                        text += value.templateText ?? value.text()
                    }
                }
            }
            return pending.isEmpty ? .string(text) : Pending.value(after: pending)
        case .object(let members):
            var object = JSONObject()
            for member in members { if let value = try member.node.value(lookup) { object[member.name] = value } }
            return .object(object)
        case .array(let nodes):
            var elements: [JSONValue] = []
            for node in nodes {
                guard case .spread(let reference) = node else {
                    if let value = try node.value(lookup) { elements.append(value) }
                    continue
                }
                guard let value = try Self.resolve(reference, lookup) else { continue }
                if case .array(let spread) = value { elements += spread } else { elements.append(value) }
            }
            return .array(elements)
        case .when, .select, .spread:
            throw ZentrunkError(
                .invalid, "a condition of the template was not decided before its value was asked for")
        }
    }

    private static func resolve(
        _ reference: TemplateReference, _ lookup: (TemplateReference) throws(ZentrunkError) -> JSONValue?
    ) throws(ZentrunkError) -> JSONValue? {
        if let value = try lookup(reference), !value.isNull { return value }
        guard reference.isOptional else {
            throw ZentrunkError(
                .invalid, "\(reference) has no value here; give it, or write it with ? in the template")
        }
        return nil
    }
}
