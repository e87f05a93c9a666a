public import ZentrunkJSON

/// The resource instances of a connection with their bodies, in which only references to other resources' fields and to
/// secrets are unresolved. Derived from the template alone, without reading anything.
public struct Blueprint: Sendable {
    /// One instance of a resource.
    public struct Instance: Sendable {
        /// The instance's key and number.
        public var id: InstanceID
        /// The kind's name.
        public var kind: String
        /// The body, with all conditions evaluated.
        public var body: TemplateNode
        /// The members that the template sets in any branch: those that are compared and removed.
        public var managed: OwnMembers
        /// Instances that must exist first.
        public var prerequisites: [InstanceID]
    }

    /// The connection that the instances belong to.
    public let connection: Connection
    /// The instances in the order of the template; numbers within a resource in the order of the connection.
    public let instances: [Instance]
    /// The names of the SIP secrets that this connection has.
    public let secrets: [String]
    private let places: [InstanceID: Int]
    private let placesByKey: [String: [Int]]

    /// Derives the instances from a template.
    ///
    /// - Parameters:
    ///   - template: The pairing's template.
    ///   - connection: The connection, with all its parameters.
    ///   - platform: The adapter's values for this connection.
    ///   - carrier: The carrier's values.
    ///   - name: Returns the name of the object with a key and a kind; by default a name without a tag.
    /// - Throws: ``ZentrunkError`` `invalid`.
    public init(
        _ template: Template, _ connection: Connection, platform: JSONValue, carrier: JSONValue,
        name: ((_ key: String, _ kind: String) -> OwnedName)? = nil
    ) throws(ZentrunkError) {
        let name = name ?? { key, _ in connection.ownedName(key) }
        self.connection = connection
        let values = connection.templateValues
        secrets = template.secrets.filter { $0.condition?.holds(values) ?? true }.map(\.name)
        let active = template.resources.filter { $0.condition?.holds(values) ?? true }
        let perNumber = Dictionary(active.map { ($0.key, $0.isPerNumber) }) { first, _ in first }

        var instances: [Instance] = []
        for resource in active {
            let numbers: [PhoneNumber?] = resource.isPerNumber ? connection.numbers : [nil]
            for number in numbers {
                var own = values
                own["name"] = .string(name(resource.key, resource.kind).description)
                if let number { own["number"] = .string(number.e164) }
                guard let decided = try resource.body.decided(own) else { continue }
                let body = try decided.settled(
                    own, platform: platform, carrier: carrier, absent: { perNumber[$0] == nil })
                let prerequisites = Self.prerequisites(of: resource, body, number, perNumber, connection.numbers)
                instances.append(
                    Instance(
                        id: InstanceID(resource.key, number: number), kind: resource.kind, body: body,
                        managed: resource.body.ownMembers, prerequisites: prerequisites))
            }
        }
        self.instances = instances
        placesByKey = Dictionary(grouping: instances.indices) { instances[$0].id.key }
        places = Dictionary(instances.indices.map { (instances[$0].id, $0) }) { first, _ in first }
    }

    private static func prerequisites(
        of resource: Template.Resource, _ body: TemplateNode, _ number: PhoneNumber?, _ perNumber: [String: Bool],
        _ numbers: [PhoneNumber]
    ) -> [InstanceID] {
        var keys = resource.after
        for reference in body.references {
            if case .resource(let key, _) = reference.source, !keys.contains(key) { keys.append(key) }
        }
        return keys.flatMap { key -> [InstanceID] in
            switch (perNumber[key], number) {
            case (nil, _): []
            case (false?, _): [InstanceID(key)]
            // An instance per number references those of the same number; other instances reference all of them.
            case (true?, let number?): [InstanceID(key, number: number)]
            case (true?, nil): numbers.map { InstanceID(key, number: $0) }
            }
        }
    }

    /// Returns the instances with that key: one, or one per number.
    func instances(of key: String) -> [Instance] { (placesByKey[key] ?? []).map { instances[$0] } }

    /// Whether there is one instance per number with that key.
    func isPerNumber(_ key: String) -> Bool { placesByKey[key]?.first.map { instances[$0].id.number != nil } ?? false }

    /// Returns the instance with that id.
    public subscript(_ id: InstanceID) -> Instance? { places[id].map { instances[$0] } }
}

extension Connection {
    /// The values that conditions and references of a template may read.
    var templateValues: [String: JSONValue] {
        var values = values
        values["connection"] = .string(name.description)
        values["numbers"] = .array(numbers.map { .string($0.e164) })
        return values
    }
}

extension TemplateNode {
    /// Returns this node with parameters and values filled in, and without references to resources that the connection
    /// lacks. All conditions must have been evaluated.
    ///
    /// - Parameter absent: Whether the connection lacks the resource with that key.
    func settled(
        _ values: [String: JSONValue], platform: JSONValue, carrier: JSONValue, absent: (String) -> Bool
    ) throws(ZentrunkError) -> TemplateNode {
        guard let node = try substituted(values, platform, carrier, absent) else {
            throw ZentrunkError(.invalid, "the template's body has no value")
        }
        return node
    }

    private func substituted(
        _ values: [String: JSONValue], _ platform: JSONValue, _ carrier: JSONValue, _ absent: (String) -> Bool
    ) throws(ZentrunkError) -> TemplateNode? {
        switch self {
        case .literal, .when, .select: return self
        case .reference, .text, .spread:
            guard !references.contains(where: { $0.isOpen(absent) }) else {
                guard case .text(let parts) = self else { return self }
                return .text(
                    parts.map { part in
                        guard case .reference(let reference) = part, !reference.isOpen(absent),
                            let text = reference.known(values, platform, carrier)?.templateText
                        else { return part }
                        return .verbatim(text)
                    })
            }
            let whole: TemplateNode = if case .spread = self { .array([self]) } else { self }
            return try whole.value { (reference) throws(ZentrunkError) in reference.known(values, platform, carrier) }
                .map { .literal($0) }
        case .object(let members):
            var kept: [Member] = []
            for member in members {
                if let node = try member.node.substituted(values, platform, carrier, absent) {
                    kept.append(Member(name: member.name, node: node))
                }
            }
            return .object(kept)
        case .array(let nodes):
            var kept: [TemplateNode] = []
            for node in nodes {
                let settled = try node.substituted(values, platform, carrier, absent)
                if case .spread = node, case .literal(.array(let elements))? = settled {
                    kept += elements.map { .literal($0) }
                } else if let settled {
                    kept.append(settled)
                }
            }
            return .array(kept)
        }
    }
}

extension TemplateReference {
    /// Whether the value is known only once objects and secrets exist.
    fileprivate func isOpen(_ absent: (String) -> Bool) -> Bool {
        switch source {
        case .resource(let key, _): !absent(key)
        case .secret: true
        default: false
        }
    }

    fileprivate func known(_ values: [String: JSONValue], _ platform: JSONValue, _ carrier: JSONValue) -> JSONValue? {
        switch source {
        case .parameter(let name): values[name]
        case .platform(let path): platform[JSONPointer(path)]
        case .carrier(let path): carrier[JSONPointer(path)]
        case .resource, .secret: nil
        }
    }
}
