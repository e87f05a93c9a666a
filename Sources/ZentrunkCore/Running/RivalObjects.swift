/// The objects of this run that objects of a concurrent run of the same connection depend on.
///
/// An object depends on another if it contains its id or its domain, as a host that is dialled. If an object stays, its
/// dependencies stay as well. A run that does not plan again would not re-create objects that the other run needs, so
/// it deletes duplicates only.
struct RivalObjects: Sendable {
    /// The reasons for objects to stay, by id.
    private let reasons: [String: String]
    private var isUnknown = false

    /// The value for objects of another run that could not be read: all of this run's objects may be needed.
    static let unknown: RivalObjects = {
        var objects = RivalObjects()
        objects.isUnknown = true
        return objects
    }()

    private init() { reasons = [:] }

    private struct Found: Sendable {
        var id: String
        /// Equal for duplicates.
        var name: String
        var title: String
        var marks: Marks
    }

    /// Reads the objects of both runs.
    ///
    /// - Parameter plansAgain: Whether the run continues with a new plan.
    init(_ context: RunContext, plansAgain: Bool) async throws {
        let numbers = Set(context.plan.connection.numbers)
        let query = ResourceQuery(owner: context.owner, numbers: numbers)
        let (kinds, domainField) = (context.kinds.objects, context.kinds.domainField)
        let found = try await concurrently(kinds.indices.map { $0 }) { index in
            let kind = kinds[index].description
            return try await kinds[index].find(query).map { object in
                Found(
                    id: object.id, name: "\(kind.name) \(kind.name(of: object) ?? "") \(kind.numbers(of: object))",
                    title: "\(kind.title) \(object.id)", marks: Marks(object, domainField))
            }
        }.flatMap { $0 }
        let made = context.memory.made
        var own = found.filter { made.contains($0.id) }
        var resting = found.filter { !made.contains($0.id) }
        var reasons: [String: String] = [:]
        if !plansAgain {
            let others = Set(resting.map(\.name))
            for object in own where !others.contains(object.name) {
                reasons[object.id] = "the other run may depend on it"
                resting.append(object)
            }
            own.removeAll { reasons[$0.id] != nil }
        }
        while let user = resting.popLast() {
            for object in own where user.marks.pointsAt(object.marks) {
                reasons[object.id] = "\(user.title) of the other run depends on it"
                resting.append(object)
            }
            own.removeAll { reasons[$0.id] != nil }
        }
        self.reasons = reasons
    }

    /// Returns the reason for the object to stay; nil if it may be deleted.
    func reason(toKeep id: String) -> String? {
        isUnknown ? "what the other run depends on could not be read" : reasons[id]
    }
}
