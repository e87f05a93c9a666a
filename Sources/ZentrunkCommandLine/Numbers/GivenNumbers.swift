@_spi(Adapter) import ZentrunkCore

/// The numbers given on a command line, without duplicates, in their order.
struct GivenNumbers {
    private(set) var numbers: [PhoneNumber] = []
    /// The places of numbers that are only given without a plus sign, for ``ConnectionRequest/withoutPlus``.
    private(set) var withoutPlus: [PhoneNumber: String] = [:]
    private var known: Set<PhoneNumber> = []

    /// Reads the numbers of options and files, and prints a summary of each file on stderr.
    ///
    /// - Parameter files: Paths; `-` for stdin.
    /// - Throws: ``ZentrunkError`` `invalid` with every text that is not a valid number.
    init(_ texts: [String], files: [String]) throws(ZentrunkError) {
        var wrong: [ZentrunkError] = []
        for text in texts {
            do { add(try WrittenNumber(text), at: "--number") } catch {
                wrong.append(ZentrunkError(.invalid, "--number: \(error)"))
            }
        }
        for path in files {
            do {
                let file = try NumbersFile(path: path)
                for entry in file.entries { add(entry.number, at: entry.place) }
                Terminal.err(file.summary)
            } catch { wrong.append(error) }
        }
        if wrong.count == 1 { throw wrong[0] }
        guard wrong.isEmpty else {
            throw ZentrunkError(
                .invalid, "these numbers cannot be used",
                items: wrong.flatMap { $0.items.isEmpty ? [$0.message] : $0.items },
                remedies: wrong.flatMap(\.remedies))
        }
    }

    private mutating func add(_ written: WrittenNumber, at place: String) {
        let number = written.number
        if known.insert(number).inserted {
            numbers.append(number)
            if !written.hasPlus { withoutPlus[number] = place }
        } else if written.hasPlus {
            withoutPlus[number] = nil
        }
    }
}
