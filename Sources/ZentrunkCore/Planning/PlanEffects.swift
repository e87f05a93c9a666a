/// The effect of a plan on one live object, for questions and summaries.
public enum PlannedEffect: Sendable, Hashable {
    /// The object is not changed.
    case none
    /// An object is created, or a number without a route gets one.
    case creates
    /// An object or a route is changed.
    case changes(isRoute: Bool)
    /// An object is deleted and created again.
    case replaces
    /// An object is deleted.
    case deletes
    /// The object is restored to its state before the connection.
    case putsBack(isRoute: Bool)
}

extension PlannedResource {
    /// The effect of the plan on the object.
    public var effect: PlannedEffect {
        switch action {
        case .keep: .none
        case .create: .creates
        case .update where restoration != nil, .delete where restoration != nil: .putsBack(isRoute: isRoute)
        case .update: .changes(isRoute: isRoute)
        case .replace: .replaces
        case .delete: .deletes
        }
    }
}
