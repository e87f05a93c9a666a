/// What undoing a run would do.
public struct UndoPlan: Sendable {
    /// One object of it.
    public struct Step: Sendable, Hashable {
        public enum Action: Sendable, Hashable {
            /// The run deleted it: it is created again, under another id.
            case create
            /// The run created it.
            case delete
            /// The run changed it.
            case restore
            /// It was changed or deleted since by something else, for the reason that is given.
            case leave(String)
        }

        public var instance: InstanceID
        public var kind: String
        /// nil when it is not known whether the object was created.
        public var id: String?
        public var action: Action
    }

    public var run: PastRun
    /// In the order in which the run wrote them.
    public var steps: [Step]
    /// Whether there is nothing to do because the run was undone before.
    public var isUndone: Bool
}

extension UndoPlan.Step {
    /// What a plan that leads back does with an object; nil when it stays.
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
