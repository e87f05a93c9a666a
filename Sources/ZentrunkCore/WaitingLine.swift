/// A line of waiting tasks or requests: first in, first out.
///
/// No operation depends on the length of the line, apart from an occasional step that is paid for by earlier ones.
struct WaitingLine<Element> {
    /// nil for an element that has had its turn.
    private var slots: [Element?] = []
    /// The slots at the front that have had their turn.
    private var passed = 0

    /// The number of slots that were moved so far, for tests: it grows with the number of elements, not with its square.
    private(set) var moves = 0

    var count: Int { slots.count - passed }
    var isEmpty: Bool { count == 0 }

    mutating func add(_ element: Element) { slots.append(element) }

    /// Takes the first element out; nil if there is none.
    mutating func next() -> Element? {
        guard passed < slots.count, let element = slots[passed] else { return nil }
        slots[passed] = nil
        passed += 1
        if passed > slots.count / 2 {
            moves += count
            slots.removeFirst(passed)
            passed = 0
        }
        return element
    }
}

extension WaitingLine: Sendable where Element: Sendable {}
