public import ZentrunkJSON

/// What it takes to make the live objects equal to the described ones. A value with a ``digest``, which does nothing until
/// ``Connector/apply(_:consent:mayPlanAgain:under:reporting:)`` is given it.
public struct Plan: Sendable {
    public var operation: RunOperation
    public var identity: ConnectionIdentity
    public var connection: Connection
    /// Every instance, in an order in which each comes after what it needs.
    public var resources: [PlannedResource]
    /// What stands in the way. A plan with collisions is not carried out.
    public var collisions: [Collision]
    /// What a person should know although nothing stands in the way.
    public var warnings: [Warning]
    /// What of others' objects cannot be put back: in a connect by a later disconnect, in a disconnect by this one.
    public var losses: [String] = []
    /// The longest chain of dependent round trips that carrying it out takes, the reads behind this plan included.
    public var depth: Int
    /// Changes when anything changes that the plan depends on. Covers no secret.
    public var digest: String

    /// What carrying it out needs to know besides.
    var context: Context

    struct Context: Sendable {
        var blueprint: Blueprint?
        /// Usernames of secrets that stay as they are.
        var usernames: [String: String] = [:]
        var record: ConnectionRecord?
        /// What the plan was made for, where it is a connection.
        var request: ConnectionRequest?
        var readDepth = 0
        /// Numbers that leave and are routed to something that is not the connection's, which stays.
        var elsewhere: [PhoneNumber: String] = [:]
        /// Whether routes that leave go to where the request says.
        var isRouteChosen = false
        /// What planning took, so that the report tells of the whole command.
        var requests: [Side: Int] = [:]
        var duration = Duration.zero
        /// The connection's runs before the live objects were read: when another came in between, this plan is old.
        var runs: [RunMark] = []
    }

    /// The objects that are deleted when it is carried out.
    var removed: [RecordedObject] {
        resources.compactMap { resource in
            guard resource.action == .delete || resource.action == .replace else { return nil }
            return resource.id.map { RecordedObject(kind: resource.kind, id: $0) }
        }
    }

    /// The routes that are to end together with a trunk, and the trunk of each.
    var ends: [RecordedObject: InstanceID] {
        resources.reduce(into: [:]) { ends, resource in
            guard case .byDeleting(let trunk)? = resource.restoration, let id = resource.id else { return }
            ends[RecordedObject(kind: resource.kind, id: id)] = trunk
        }
    }

    /// Whether nothing would be written.
    public var isEmpty: Bool { resources.allSatisfy { $0.action == .keep } }

    /// Whether everything is as described and nothing stands in the way.
    public var isUnchanged: Bool { isEmpty && collisions.isEmpty }

    /// Whether something live would change that no option named already.
    public var needsConsent: Bool { resources.contains(where: \.needsConsent) }
}

/// What happens to one instance.
public struct PlannedResource: Sendable {
    public enum Action: String, Sendable, Hashable { case create, update, replace, keep, delete }

    public var instance: InstanceID
    public var kind: String
    public var action: Action
    /// The live object's id; nil before it is created.
    public var id: String?
    /// Instances that have to come first.
    public var after: [InstanceID]
    /// Field by field; for an object that is created, every field of it.
    public var changes: [Change]
    /// Why, where the action alone does not tell.
    public var note: String?
    /// Whether a person has to agree first.
    public var needsConsent: Bool

    /// The live object's fields as they were read; nil when there is none.
    public var liveFields: JSONObject? { live?.fields.withoutSecretMembers }

    var live: LiveObject?
    var body: TemplateNode?
    var managed: OwnMembers = .members([:])
    /// What the connection's descriptions before this plan made of it.
    var earlier: [Earlier] = []
    /// Whether the live object, or what a route points at, belonged to the connection before this plan.
    var isOurs = true
    /// Whether it is a number's route, which is set and never made or deleted.
    var isRoute = false
    /// What a route, or an adopted record, is put back to.
    var restoration: Restoration?
    /// What of a record that is taken over cannot be put back: passwords that nobody shows, fields that nothing takes away.
    var irreversible: [String] = []
    /// What the object was before the run that is undone: members that nobody here set come back from it.
    var carried: JSONObject?
    /// Where members that nobody here set go with what a change takes away. Undo brings them back.
    package var losses: [JSONPointer] = []

    /// An instance's body as an earlier description of the connection had it.
    struct Earlier: Sendable {
        var body: TemplateNode
        /// The body's values, those of other objects as they are live.
        var values: JSONObject
    }

    enum Restoration: Sendable, Hashable {
        /// These former values are written.
        case values(JSONObject)
        /// It had none: deleting that trunk leaves it without.
        case byDeleting(InstanceID)
    }

    /// What the object was when the plan was made: the fields that decide what it does.
    func formerValues(of kind: KindDescription) -> JSONObject {
        let names = managed.names.filter { $0 != kind.idField }
        return JSONObject(
            names.compactMap { name in
                if let value = live?.fields.withoutSecretMembers[name] { return (name, value) }
                // That there was nothing is a value, too, where something is known to bring that back.
                let isClearable = kind.role == .object && kind.fields[name]?.isClearable == true
                return isClearable ? (name, .null) : nil
            })
    }

    /// One difference between what is and what should be.
    public struct Change: Sendable, Hashable {
        /// Where in the object.
        public var path: JSONPointer
        /// nil when nothing is there.
        public var from: JSONValue?
        /// nil when nothing shall be there, or when it is not known yet.
        public var to: JSONValue?
        /// What has to come first before the value is known; empty when it is.
        public var knownAfter: [String]
    }
}

/// Something live that stands in the way.
public struct Collision: Sendable, Hashable {
    /// The object's kind in people's words, or what is missing: `number`, `trunk`, …
    public var what: String
    public var id: String
    /// One sentence that names the object and what to do.
    public var message: String
    /// The option that proceeds all the same; nil when none does.
    public var option: String?
    /// A command that takes it out of the way, where no option does.
    public var command: String?
    /// The step that goes on from here; empty when only a person can tell.
    public var next: [String] {
        option.map { ["run the command again with \($0)"] } ?? command.map { [$0] } ?? []
    }
}
