public import ZentrunkJSON

/// The changes that make the live objects equal to the described ones. A value with a ``digest``; nothing is written
/// until it is passed to ``Connector/apply(_:consent:expecting:mayPlanAgain:under:reporting:)``.
public struct Plan: Sendable {
    /// Whether the plan connects or disconnects.
    public var operation: RunOperation
    /// The connection's identity.
    public var identity: ConnectionIdentity
    /// The connection as it will be after the run.
    public var connection: Connection
    /// All instances, each after those that it depends on.
    public var resources: [PlannedResource]
    /// Obstacles. A plan with collisions is not executed.
    public var collisions: [Collision]
    /// Findings that do not stop the plan.
    public var warnings: [Warning]
    /// Parts of foreign objects that cannot be restored: in a connect by a later disconnect, in a disconnect by this
    /// one.
    public var losses: [String] = []
    /// The longest chain of dependent round trips in the execution, including the reads for this plan.
    public var depth: Int
    /// A short hash of everything that the plan depends on, without secrets.
    public var digest: String

    /// Further values that the execution needs.
    var context: Context

    /// The request that the plan was made from.
    public var request: PlanRequest? { context.asked }

    /// The template that the plan was made from; nil for a plan that was read from JSON.
    package var template: Template? { context.template }

    struct Context: Sendable {
        var template: Template?
        /// The request, as it was given.
        var asked: PlanRequest?
        /// What is known of a plan that was read from JSON.
        var detached: Detached?
        var blueprint: Blueprint?
        /// The usernames of secrets that stay valid.
        var usernames: [String: String] = [:]
        var record: ConnectionRecord?
        /// The request, if the plan connects.
        var request: ConnectionRequest?
        var readDepth = 0
        /// Numbers that are removed but routed to a foreign target, which is kept.
        var elsewhere: [PhoneNumber: String] = [:]
        /// Whether the request chooses the new route of removed numbers.
        var isRouteChosen = false
        /// The steps of the run; nil for the plan of a past run.
        var graph: RunGraph?
        /// Where live objects hold the ids of others.
        var references = LiveReferences()
        /// The requests and the time that planning took, for the report of the entire command.
        var requests: [Side: Int] = [:]
        var duration = Duration.zero
        /// The connection's runs before the live objects were read: if there is another one when the plan is executed,
        /// the plan is stale.
        var runs: [PastRun] = []
    }

    /// A plan outside of the process that made it.
    struct Detached: Sendable {
        var isNew: Bool
    }

    /// The objects that the plan deletes.
    var removed: [RecordedObject] {
        resources.compactMap { resource in
            resource.deeds.contains(.remove) || resource.deeds == [.detachRoute] ? resource.object : nil
        }
    }

    /// The routes that end together with a trunk, and the trunk of each.
    var ends: [RecordedObject: InstanceID] {
        resources.reduce(into: [:]) { ends, resource in
            guard case .byDeleting(let trunk)? = resource.restoration, let id = resource.id else { return }
            ends[RecordedObject(kind: resource.kind, id: id)] = trunk
        }
    }

    /// Whether the connection is neither in the journal nor live.
    public var isNew: Bool {
        context.detached?.isNew ?? (context.record == nil && !resources.contains { $0.live != nil && $0.isOurs })
    }

    /// Whether the plan writes nothing.
    public var isEmpty: Bool { resources.allSatisfy(\.deeds.isEmpty) }

    /// Whether everything is as described, without collisions.
    public var isUnchanged: Bool { isEmpty && collisions.isEmpty }

    /// Whether the plan changes something live that no option has consented to.
    public var needsConsent: Bool { resources.contains(where: \.needsConsent) }
}

/// The change of one instance.
public struct PlannedResource: Sendable {
    /// The instance.
    public var instance: InstanceID
    /// The kind's name.
    public var kind: String
    /// What a run does to the object, in this order; empty if it is kept.
    public var deeds: [Deed]
    /// The live object's id; nil before it is created.
    public var id: String?
    /// Instances that must be done first.
    public var after: [InstanceID]
    /// The differences by field; for a new object, all its fields.
    public var changes: [Change]
    /// The reason, if the deeds alone do not explain it.
    public var note: String?
    /// Whether the user has to consent.
    public var needsConsent: Bool

    /// The live object's fields as they were read, without secret ones; nil without a live object.
    public var liveFields: JSONObject? { live?.fields.withoutSecretMembers }

    /// The live object as it was read, without secret fields; nil without one.
    package var liveObject: LiveObject? {
        live.map { live in
            var shown = live
            shown.fields = live.fields.withoutSecretMembers
            return shown
        }
    }

    /// The uses of other instances in the body.
    package var edges: [ResourceEdge] { body?.edges(from: instance) ?? [] }

    var live: LiveObject?
    package var body: TemplateNode?
    var managed: OwnMembers = .members([:])
    /// The instance in earlier descriptions of the connection.
    var earlier: [Earlier] = []
    /// Whether the live object, or the target of a route, belonged to the connection before this plan.
    var isOurs = true
    /// Whether it is a number's route, which is changed and never created or deleted.
    var isRoute = false
    /// How a route or an adopted record is restored.
    var restoration: Restoration?
    /// Parts of an adopted record that cannot be restored: passwords that are never returned, fields that cannot be
    /// cleared.
    var irreversible: [String] = []
    /// The object before the run that is being undone; its foreign members are restored from here.
    var carried: JSONObject?
    /// Paths of foreign members that a change removes. Undo restores them.
    package var losses: [JSONPointer] = []

    /// The body of an instance in an earlier description of the connection.
    struct Earlier: Sendable {
        var body: TemplateNode
        /// The values of the body; references have the values of the live objects.
        var values: JSONObject
    }

    enum Restoration: Sendable, Hashable {
        /// By writing these former values.
        case values(JSONObject)
        /// By deleting that trunk, because there was no route before.
        case byDeleting(InstanceID)
    }

    /// Identifies the planned change of one object within its plan: several objects can have the name of one instance.
    struct Identity: Sendable, Hashable {
        var instance: InstanceID
        /// The live object's id; nil before it is created.
        var id: String?
    }

    var identity: Identity { Identity(instance: instance, id: id) }

    /// The live object; nil before it is created.
    var object: RecordedObject? { id.map { RecordedObject(kind: kind, id: $0) } }

    /// Returns the object's values when the plan was made, limited to the managed fields.
    func formerValues(of kind: KindDescription) -> JSONObject {
        let names = managed.names.filter { $0 != kind.idField }
        return JSONObject(
            names.compactMap { name in
                if let value = live?.fields.withoutSecretMembers[name] { return (name, value) }
                // The absence of a value is recorded as well, if a way to remove the value is known.
                let isClearable = kind.role == .object && kind.fields[name]?.isClearable == true
                return isClearable ? (name, .null) : nil
            })
    }

    /// A difference between the live and the intended value of a member.
    public struct Change: Sendable, Hashable {
        /// The path of the member in the object.
        public var path: JSONPointer
        /// The live value; nil if there is none.
        public var from: JSONValue?
        /// The intended value; nil if there is none, or if it is not known yet.
        public var to: JSONValue?
        /// What the value depends on, if it is not known yet; otherwise empty.
        public var knownAfter: [String]
    }
}

/// A live object that is an obstacle.
public struct Collision: Sendable, Hashable {
    /// The object's kind as shown to users, or what is missing: `number`, `trunk`, …
    public var what: String
    /// The object's id, or ids joined by a comma and a space.
    public var id: String
    /// One sentence that names the object.
    public var message: String
    /// What goes on from here; empty when only a person can decide.
    public var remedies: [Remedy] = []
}
