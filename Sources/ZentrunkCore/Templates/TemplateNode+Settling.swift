import ZentrunkJSON

/// What a connection replaces the conditions and references of a template with.
struct TemplateValues {
    /// The parameters, by name.
    var parameters: [String: JSONValue]
    /// The adapter's values.
    var platform: JSONValue = [:]
    /// The carrier's values.
    var carrier: JSONValue = [:]
    /// Returns the instances that a reference means; nil if the connection lacks the resource.
    var instances: (_ key: String, _ field: [String]) -> InstanceReference? = { _, _ in nil }
}

extension TemplateNode {
    /// Returns this node with conditions decided, known values filled in, and references to resources resolved. Only
    /// references to fields of objects and to secrets stay.
    ///
    /// - Returns: nil if the node is left out.
    /// - Throws: ``ZentrunkError`` `invalid` for a value without a case, and for an absent value that is not optional.
    func settled(_ values: TemplateValues) throws(ZentrunkError) -> TemplateNode? {
        switch self {
        case .literal: return self
        case .when(let condition, let node):
            return condition.holds(values.parameters) ? try node.settled(values) : nil
        case .select(let parameter, let cases):
            guard let value = values.parameters[parameter]?.templateText else { return nil }
            guard let node = cases[value] else {
                throw ZentrunkError(.invalid, "the template has no case for \(parameter) \"\(value)\"")
            }
            return try node.settled(values)
        case .reference, .text, .spread: return try settledText(values)
        case .object(let members):
            var kept: [Member] = []
            for member in members {
                if let node = try member.node.settled(values) { kept.append(Member(name: member.name, node: node)) }
            }
            return .object(kept)
        case .array(let nodes):
            var kept: [TemplateNode] = []
            for node in nodes {
                guard let settled = try node.settled(values) else { continue }
                // Elements that are known already take the place of `$spread`, below a condition as well.
                if node.isSpread, case .literal(.array(let elements)) = settled {
                    kept += elements.map { .literal($0) }
                } else {
                    kept.append(settled)
                }
            }
            return .array(kept)
        }
    }

    private func settledText(_ values: TemplateValues) throws(ZentrunkError) -> TemplateNode? {
        guard ownReferences.contains(where: { $0.open(values) != nil }) else {
            let whole: TemplateNode = if case .spread = self { .array([self]) } else { self }
            return try whole.value { (reference) throws(ZentrunkError) in reference.known(values) }.map { .literal($0) }
        }
        switch self {
        case .reference(let reference): return .reference(reference.open(values) ?? reference)
        case .spread(let reference): return .spread(reference.open(values) ?? reference)
        case .text(let parts):
            return .text(
                parts.map { part in
                    guard let reference = part.reference else { return part }
                    if let open = reference.open(values) { return .reference(open) }
                    return reference.known(values)?.templateText.map { .verbatim($0) } ?? part
                })
        default: return self
        }
    }

    private var isSpread: Bool {
        switch self {
        case .spread: true
        case .when(_, let node): node.isSpread
        default: false
        }
    }
}

extension TemplateReference {
    /// Returns the reference if its value is known only once objects and secrets exist, resolved to instances.
    fileprivate func open(_ values: TemplateValues) -> TemplateReference? {
        switch source {
        case .resource(let key, let field):
            return values.instances(key, field).map { meant in
                var resolved = self
                resolved.source = .instances(meant)
                return resolved
            }
        case .secret, .instances: return self
        case .parameter, .platform, .carrier: return nil
        }
    }

    fileprivate func known(_ values: TemplateValues) -> JSONValue? {
        switch source {
        case .parameter(let name): values.parameters[name]
        case .platform(let path): values.platform[JSONPointer(path)]
        case .carrier(let path): values.carrier[JSONPointer(path)]
        case .resource, .instances, .secret: nil
        }
    }
}
