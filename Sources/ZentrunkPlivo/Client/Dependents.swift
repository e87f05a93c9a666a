/// What stops working, or goes too, when an object is deleted.
public struct Dependents: Sendable, Hashable {
    /// Trunks that use the object. Plivo deletes those of an origination URI together with it; those of a credential or an
    /// access list stay and can take no calls.
    public var trunks: [Trunk]
    /// Numbers that are routed to the object, or to one of ``trunks`` that goes with it. They are detached.
    public var numbers: [NumberRecord]

    /// Nothing depends on it.
    public static let none = Dependents(trunks: [], numbers: [])

    public init(trunks: [Trunk], numbers: [NumberRecord]) {
        self.trunks = trunks
        self.numbers = numbers
    }

    public var isEmpty: Bool { trunks.isEmpty && numbers.isEmpty }

    /// `trunk "support" (8123…), number +14155550100`; at most so many of each are named.
    public func sentence(naming limit: Int = 10) -> String {
        func names(_ labels: [String], _ plural: String) -> [String] {
            labels.count > limit
                ? labels.prefix(limit) + ["\(labels.count - limit) more \(plural)"] : labels
        }
        return (names(trunks.map(\.label), "trunks") + names(numbers.map(\.label), "numbers")).joined(separator: ", ")
    }

    /// Those that are not among the others, compared by id.
    func beyond(_ others: Dependents) -> Dependents {
        let known = (trunks: Set(others.trunks.map(\.id)), numbers: Set(others.numbers.map(\.id)))
        return Dependents(
            trunks: trunks.filter { !known.trunks.contains($0.id) },
            numbers: numbers.filter { !known.numbers.contains($0.id) })
    }
}
