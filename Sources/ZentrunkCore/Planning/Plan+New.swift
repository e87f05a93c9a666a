extension Plan {
    /// Whether the connection is neither remembered nor live: nothing of it was there before.
    public var isNew: Bool { context.record == nil && !resources.contains { $0.live != nil && $0.isOurs } }
}
