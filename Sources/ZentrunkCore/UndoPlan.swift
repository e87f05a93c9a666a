/// What undoing a run would do.
public struct UndoPlan: Sendable {
    /// What undo would do with one object.
    public struct Step: Sendable, Hashable {
        /// What undo would do.
        public enum Action: Sendable, Hashable {
            /// Create it again with a new id, because the run deleted it.
            case create
            /// Delete it, because the run created it.
            case delete
            /// Restore it, because the run changed it.
            case restore
            /// Leave it unchanged for this reason, because it was changed or deleted after the run.
            case leave(String)
        }

        /// The instance.
        public var instance: InstanceID
        /// The kind's name.
        public var kind: String
        /// The object's id; nil if it is unknown whether the object was created.
        public var id: String?
        /// What undo would do.
        public var action: Action
    }

    /// The run.
    public var run: PastRun
    /// The steps, in the order in which the run wrote the objects.
    public var steps: [Step]
    /// Whether the run has already been undone, so that there is nothing to do.
    public var isUndone: Bool
}

extension UndoPlan.Step {
    /// Creates the step of a plan that restores the former connection; nil if the object does not change.
    init?(_ resource: PlannedResource) {
        let action: Action
        switch resource.action {
        case .keep: return nil
        case .create where !resource.isRoute: action = .create
        case .create, .update, .replace: action = .restore
        case .delete: action = .delete
        }
        self.init(instance: resource.instance, kind: resource.kind, id: resource.id, action: action)
    }
}
