package import ZentrunkJSON

/// The resource instances of a connection with their bodies, in which only references to other resources' fields and to
/// secrets are unresolved. Derived from the template alone, without reading anything.
package struct Blueprint: Sendable {
    /// One instance of a resource.
    package struct Instance: Sendable {
        /// The instance's key and number.
        package var id: InstanceID
        /// The kind's name.
        package var kind: String
        /// The body, with all conditions evaluated.
        package var body: TemplateNode
        /// The members that the template sets in any branch: those that are compared and removed.
        package var managed: OwnMembers
        /// Instances that must exist first.
        package var prerequisites: [InstanceID]
        /// The uses of other instances in the body.
        package var edges: [ResourceEdge]
    }

    /// The connection that the instances belong to.
    package let connection: Connection
    /// The instances in the order of the template; numbers within a resource in the order of the connection.
    package let instances: [Instance]
    /// The names of the SIP secrets that this connection has.
    package let secrets: [String]
    private let places: [InstanceID: Int]

    /// Derives the instances from a template.
    ///
    /// - Parameters:
    ///   - template: The pairing's template.
    ///   - connection: The connection, with all its parameters.
    ///   - platform: The adapter's values for this connection.
    ///   - carrier: The carrier's values.
    ///   - name: Returns the name of the object with a key and a kind; by default a name without a tag.
    /// - Throws: ``ZentrunkError`` `invalid`.
    package init(
        _ template: Template, _ connection: Connection, platform: JSONValue, carrier: JSONValue,
        name: ((_ key: String, _ kind: String) -> OwnedName)? = nil
    ) throws(ZentrunkError) {
        let name = name ?? { key, _ in connection.ownedName(key) }
        self.connection = connection
        let values = connection.templateValues
        secrets = template.secrets.filter { $0.condition?.holds(values) ?? true }.map(\.name)
        let active = template.resources.filter { $0.condition?.holds(values) ?? true }
        let byKey = Dictionary(active.map { ($0.key, $0) }) { first, _ in first }

        var instances: [Instance] = []
        for resource in active {
            let managed = resource.body.ownMembers
            let numbers: [PhoneNumber?] = resource.isPerNumber ? connection.numbers : [nil]
            for number in numbers {
                func meant(_ key: String, _ field: String = "") -> InstanceReference? {
                    byKey[key].map { resource.reference(to: $0, field, number, of: connection.numbers) }
                }
                var own = TemplateValues(parameters: values, platform: platform, carrier: carrier) { key, field in
                    meant(key, field.joined(separator: "."))
                }
                own.parameters["name"] = .string(name(resource.key, resource.kind).description)
                if let number { own.parameters["number"] = .string(number.e164) }
                guard let body = try own.settled(resource.body) else { continue }
                let id = InstanceID(resource.key, number: number)
                instances.append(
                    Instance(
                        id: id, kind: resource.kind, body: body, managed: managed,
                        prerequisites: resource.prerequisites(of: body).flatMap { meant($0)?.targets ?? [] },
                        edges: body.edges(from: id)))
            }
        }
        self.instances = instances
        places = Dictionary(instances.indices.map { (instances[$0].id, $0) }) { first, _ in first }
    }

    /// All uses of one instance by another.
    package var edges: [ResourceEdge] { instances.flatMap(\.edges) }

    /// Returns the instance with that id.
    package subscript(_ id: InstanceID) -> Instance? { places[id].map { instances[$0] } }
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

extension Template.Resource {
    /// Resolves a reference of an instance of this resource.
    ///
    /// - Parameters:
    ///   - number: The instance's number, if the resource exists once per number.
    ///   - all: The connection's numbers.
    fileprivate func reference(
        to other: Template.Resource, _ field: String, _ number: PhoneNumber?, of all: [PhoneNumber]
    ) -> InstanceReference {
        let isList = refersToAll(of: other)
        let numbers: [PhoneNumber?] = isList ? all : [other.isPerNumber ? number : nil]
        return InstanceReference(
            key: other.key, field: field, targets: numbers.map { InstanceID(other.key, number: $0) }, isList: isList)
    }
}
