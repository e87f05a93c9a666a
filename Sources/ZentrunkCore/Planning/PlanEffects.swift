/// What a plan does to one live object, for questions and summaries.
public enum PlannedEffect: Sendable, Hashable {
    /// Nothing is written.
    case none
    /// An object is made, or a number that was routed nowhere gets a route.
    case creates
    case changes(isRoute: Bool)
    case replaces
    case deletes
    /// It becomes what it was before the connection.
    case putsBack(isRoute: Bool)
}

extension PlannedResource {
    /// What the plan does to it.
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
