extension Plan {
    /// Whether the connection is neither in the journal nor live.
    public var isNew: Bool { context.record == nil && !resources.contains { $0.live != nil && $0.isOurs } }
}
