import ZentrunkJSON

/// What all planners of one plan read: the description, the live objects, and what the journal knows.
struct PlanSubject {
    /// The described instances; nil if everything is removed.
    let blueprint: Blueprint?
    /// Former descriptions of the connection, the last completed one first.
    var earlier: [Blueprint] = []
    let state: LiveState
    let kinds: KindTable
    let secrets: any SIPSecretDeriver
    /// The values of routes and adopted records from before the connection.
    var former: [RecordedObject: JSONObject] = [:]
    /// The field of a route that holds the application which answers if no trunk does.
    let applicationField: String
    /// The template's keys, to identify objects that it cannot have created.
    var templateKeys: Set<String> = []
    /// The fields that the template sets, by kind. Other fields were never changed.
    var described: [String: Set<String>] = [:]
}

/// What one planner found.
struct PlanPart {
    /// The instances of its subject, each after those that it depends on.
    var resources: [PlannedResource] = []
    /// Reasons why the plan cannot run.
    var collisions: [Collision] = []
    /// Findings that do not stop the plan.
    var warnings: [Warning] = []
    /// Parts of foreign objects that cannot be restored.
    var losses: [String] = []
    /// Removed numbers that are now routed to a foreign target.
    var elsewhere: [PhoneNumber: String] = [:]

    /// Adds what another planner found.
    mutating func add(_ other: PlanPart) {
        resources += other.resources
        collisions += other.collisions
        warnings += other.warnings
        losses += other.losses
        elsewhere.merge(other.elsewhere) { _, new in new }
    }
}
