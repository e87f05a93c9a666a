/// What undoing a run would do.
public struct UndoPlan: Sendable {
    /// What undo would do with one object.
    public struct Step: Sendable, Hashable {
        /// The instance.
        public var instance: InstanceID
        /// The kind's name.
        public var kind: String
        /// The object's id; nil if it is unknown whether the object was created.
        public var id: String?
        /// What undo would do: `make` the object again with a new id, because the run deleted it; `remove` it, because
        /// the run made it; otherwise restore it. nil: leave it unchanged, for this ``reason``.
        public var deed: Deed?
        /// Why the object is left unchanged; nil otherwise.
        public var reason: String?
    }

    /// The run.
    public var run: PastRun
    /// The steps, in the order in which the run wrote the objects.
    public var steps: [Step]
    /// Whether the run has already been undone, so that there is nothing to do.
    public var isUndone: Bool
}

extension UndoPlan.Step {
    /// The word for the step: `create`, `delete`, `restore` or `keep`.
    package var word: String {
        switch deed {
        case .make?: "create"
        case .remove?, .detachRoute?: "delete"
        case nil: "keep"
        default: "restore"
        }
    }

    /// Creates the step of a plan that restores the former connection; nil if the object does not change.
    init?(_ resource: PlannedResource) {
        guard let first = resource.deeds.first else { return nil }
        let deed: Deed =
            switch first {
            case .make, .remove, .detachRoute: first
            case .rename, .change, .putBack: .putBack
            case .setRoute, .moveRoute, .giveBackRoute: .giveBackRoute
            }
        self.init(instance: resource.instance, kind: resource.kind, id: resource.id, deed: deed)
    }
}
