package import ZentrunkJSON

/// A reference to a field of other resources' objects, resolved: the instances that it means, seen from one instance.
@_spi(Adapter) public struct InstanceReference: Sendable, Hashable {
    /// The resource's key in the template.
    public let key: String
    /// The field of the objects.
    public let field: String
    /// The instances: those of all numbers for a list, otherwise one.
    public internal(set) var targets: [InstanceID]
    /// Whether the value is a list with an element for each instance.
    public let isList: Bool

    /// Returns the reference's value.
    ///
    /// - Parameter lookup: Returns the field of an instance; nil if the instance has no value.
    func value(_ lookup: (InstanceID) -> JSONValue?) -> JSONValue? {
        isList ? .array(targets.compactMap(lookup)) : targets.lazy.compactMap(lookup).first
    }
}

extension Template.Resource {
    /// Whether a reference to the other resource means all of its instances. Instances of one number belong together,
    /// so a resource that exists once per number means the other one's instance of the same number.
    func refersToAll(of other: Template.Resource) -> Bool { other.isPerNumber && !isPerNumber }

    /// Returns the keys of the resources that must exist before one with this body.
    ///
    /// - Parameter body: The resource's own body, or what a connection makes of it.
    func prerequisites(of body: TemplateNode) -> [String] {
        (after + body.references.compactMap(\.resourceKey)).reduce(into: []) { keys, key in
            if !keys.contains(key) { keys.append(key) }
        }
    }
}

/// The use of instances by another one: a member takes its value from their field.
package struct ResourceEdge: Sendable, Hashable {
    /// The instance with the member.
    package let from: InstanceID
    /// The member's path in the body, without indices: all elements of an array are one place.
    package let path: JSONPointer
    /// The instances that are used.
    package let targets: [InstanceID]
    /// The field that is taken.
    package let field: String

    /// The body's member that holds the place of the value; nil if the body is not an object.
    package var member: String? { path.tokens.first }
}

extension TemplateNode {
    /// Returns the uses of other instances in a settled body.
    func edges(from instance: InstanceID) -> [ResourceEdge] {
        memberPlaces.flatMap { place in
            place.node.ownReferences.compactMap { reference -> ResourceEdge? in
                guard case .instances(let meant) = reference.source else { return nil }
                return ResourceEdge(from: instance, path: place.context, targets: meant.targets, field: meant.field)
            }
        }
    }

    /// Every node inside, with the path of its member in the object, without indices, in any branch that conditions can
    /// choose.
    var memberPlaces: [Place<JSONPointer>] {
        walk(JSONPointer.root) { step, path in step.member.map(path.appending) ?? path }
    }
}

extension Sequence<ResourceEdge> {
    /// Returns the instances to read after their creation, because another instance takes a field that a create need not
    /// answer: create responses can be partial and have only the id.
    ///
    /// - Parameter idField: Returns the field with the id of an instance's objects.
    package func readAfterCreate(idField: (InstanceID) -> String?) -> Set<InstanceID> {
        reduce(into: []) { read, edge in read.formUnion(edge.targets.filter { idField($0) != edge.field }) }
    }
}
