import Testing

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Line of waiting tasks")
struct WaitingLineTests {
    @Test("The first in is the first out, also when some leave while others come")
    func order() {
        var line = WaitingLine<Int>()
        #expect(line.next() == nil && line.isEmpty)
        var taken: [Int] = []
        for number in 0..<100 {
            line.add(number)
            if number % 3 == 2, let next = line.next() { taken.append(next) }
        }
        #expect(line.count == 100 - taken.count)
        while let next = line.next() { taken.append(next) }
        #expect(taken == Array(0..<100))
        #expect(line.isEmpty && line.next() == nil)
    }

    @Test("The work grows with the number of elements, not with its square", arguments: [1_000, 10_000])
    func moves(count: Int) {
        var line = WaitingLine<Int>()
        for number in 0..<count { line.add(number) }
        // A long line that others join for as long as it has elements.
        for number in 0..<count {
            line.add(number)
            _ = line.next()
        }
        while line.next() != nil {}
        #expect(line.moves <= 3 * count)
    }
}
