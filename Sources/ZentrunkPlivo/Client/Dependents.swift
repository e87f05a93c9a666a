/// Objects that are affected by the deletion of another one.
public struct Dependents: Sendable, Hashable {
    /// Trunks that use the object. Plivo deletes those of an origination URI together with it. Those of a credential or
    /// an access list stay, but calls through them fail.
    public var trunks: [Trunk]
    /// Numbers that are routed to the object, or to one of ``trunks`` that is deleted with it. They are detached.
    public var numbers: [NumberRecord]

    /// No dependents.
    public static let none = Dependents(trunks: [], numbers: [])

    /// Creates a set of dependents.
    public init(trunks: [Trunk], numbers: [NumberRecord]) {
        self.trunks = trunks
        self.numbers = numbers
    }

    /// Whether there are no dependents.
    public var isEmpty: Bool { trunks.isEmpty && numbers.isEmpty }

    /// Returns `trunk "support" (8123…), number +14155550100`, with at most `limit` names of each kind.
    public func sentence(naming limit: Int = 10) -> String {
        func names(_ labels: [String], _ plural: String) -> [String] {
            labels.count > limit
                ? labels.prefix(limit) + ["\(labels.count - limit) more \(plural)"] : labels
        }
        return (names(trunks.map(\.label), "trunks") + names(numbers.map(\.label), "numbers")).joined(separator: ", ")
    }

    /// Returns those that are not among the others, compared by id.
    func beyond(_ others: Dependents) -> Dependents {
        let known = (trunks: Set(others.trunks.map(\.id)), numbers: Set(others.numbers.map(\.id)))
        return Dependents(
            trunks: trunks.filter { !known.trunks.contains($0.id) },
            numbers: numbers.filter { !known.numbers.contains($0.id) })
    }
}
