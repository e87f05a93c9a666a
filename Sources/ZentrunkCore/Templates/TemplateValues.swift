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

extension TemplateValues {
    /// Returns a node with conditions decided, known values filled in, and references to resources resolved. Only
    /// references to fields of objects and to secrets stay.
    ///
    /// - Returns: nil if the node is left out.
    /// - Throws: ``ZentrunkError`` `invalid` for a value without a case, and for an absent value that is not optional.
    func settled(_ node: TemplateNode) throws(ZentrunkError) -> TemplateNode? {
        switch node {
        case .literal: return node
        case .when(let condition, let inner): return condition.holds(parameters) ? try settled(inner) : nil
        case .select(let parameter, let cases):
            guard let value = parameters[parameter]?.templateText else { return nil }
            guard let inner = cases[value] else {
                throw ZentrunkError(.invalid, "the template has no case for \(parameter) \"\(value)\"")
            }
            return try settled(inner)
        case .reference, .text, .spread: return try settledText(node)
        case .object(let members):
            var kept: [TemplateNode.Member] = []
            for member in members {
                if let inner = try settled(member.node) { kept.append(.init(name: member.name, node: inner)) }
            }
            return .object(kept)
        case .array(let nodes):
            var kept: [TemplateNode] = []
            for element in nodes {
                guard let inner = try settled(element) else { continue }
                // Elements that are known already take the place of `$spread`, below a condition as well.
                if Self.isSpread(element), case .literal(.array(let elements)) = inner {
                    kept += elements.map { .literal($0) }
                } else {
                    kept.append(inner)
                }
            }
            return .array(kept)
        }
    }

    private func settledText(_ node: TemplateNode) throws(ZentrunkError) -> TemplateNode? {
        guard node.ownReferences.contains(where: { $0.open(self) != nil }) else {
            let whole: TemplateNode = if case .spread = node { .array([node]) } else { node }
            return try whole.value { (reference) throws(ZentrunkError) in reference.known(self) }.map { .literal($0) }
        }
        switch node {
        case .reference(let reference): return .reference(reference.open(self) ?? reference)
        case .spread(let reference): return .spread(reference.open(self) ?? reference)
        case .text(let parts):
            return .text(
                parts.map { part in
                    guard let reference = part.reference else { return part }
                    if let open = reference.open(self) { return .reference(open) }
                    return reference.known(self)?.templateText.map { .verbatim($0) } ?? part
                })
        default: return node
        }
    }

    private static func isSpread(_ node: TemplateNode) -> Bool {
        switch node {
        case .spread: true
        case .when(_, let inner): isSpread(inner)
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
