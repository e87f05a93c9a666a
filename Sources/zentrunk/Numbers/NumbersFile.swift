import ZentrunkCore
import ZentrunkJSON

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Numbers in a file: one per line, a CSV file of any shape, or the JSON of `zentrunk number list --json`.
///
/// Each row is used, or the whole file is refused with the row's line and the reason.
struct NumbersFile {
    /// A number and the place where it stands: `numbers.csv:7`.
    struct Entry {
        var place: String
        var number: WrittenNumber
    }

    let entries: [Entry]
    /// What was read, in a sentence for people: how many numbers, in which column.
    let summary: String

    /// - Parameter path: `-` for stdin.
    /// - Throws: ``ConnectionError`` `invalid` with every row that cannot be used; nothing of such a file is used.
    init(path: String) throws(ConnectionError) {
        let name = path == "-" ? "stdin" : path
        guard let bytes = InputFile.read(path == "-" ? "/dev/stdin" : path, limit: Self.longest) else {
            throw ConnectionError(.invalid, "\(name) cannot be read: \(String(cString: strerror(errno)))")
        }
        guard bytes.count <= Self.longest else {
            throw ConnectionError(
                .invalid, "\(name) is longer than \(Self.longest >> 20) MiB, so it holds more than numbers")
        }
        try self.init(bytes: bytes, name: name)
    }

    /// - Parameter name: The file's name, for messages.
    init(bytes: [UInt8], name: String) throws(ConnectionError) {
        if let format = ForeignFormat(bytes) {
            let next = name == "stdin" ? nil : format.remedy(name.shellWord)
            throw ConnectionError(.invalid, "\(name) is \(format.description)", next: [next].compactMap { $0 })
        }
        let text = String(decoding: bytes.starts(with: Self.byteOrderMark) ? bytes[3...] : bytes[...], as: UTF8.self)
        let first = text.first { !$0.isWhitespace }
        let reading = first == "{" || first == "[" ? try Self.json(bytes, name) : Self.rows(text, name)
        try reading.check(name)
        entries = reading.entries
        summary = reading.summary(name)
    }

    private static let longest = 16 << 20
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    // MARK: Shapes

    private static func rows(_ text: String, _ name: String) -> Reading {
        let table = CSVTable(text)
        var reading = Reading(refusals: table.broken.map { .init(line: $0.line, "\(name):\($0.line)", $0.reason) })
        let column = NumberColumn(table.rows)
        reading.source = column.label.map { "column \($0)" }
        reading.remarks = column.remarks
        reading.total = table.broken.count + column.rows.count
        reading.isCut = table.isCut
        for row in column.rows {
            let place = "\(name):\(row.line)"
            switch column.number(in: row) {
            case .success(let number): reading.entries.append(Entry(place: place, number: number))
            case .failure(let refusal): reading.refusals.append(.init(line: row.line, place, refusal.reason))
            }
        }
        return reading
    }

    /// The list that `number list --json` prints, a member `numbers` of another document, or a list alone.
    private static func json(_ bytes: [UInt8], _ name: String) throws(ConnectionError) -> Reading {
        let document: JSONValue
        do { document = try JSONValue(parsing: bytes) } catch {
            throw ConnectionError(.invalid, "\(name) begins as JSON does and is not valid JSON: \(error)")
        }
        guard let list = document.array ?? document["numbers"]?.array else {
            throw ConnectionError(
                .invalid, "\(name) is JSON without a list of numbers: give what this prints",
                next: ["zentrunk number list --json"])
        }
        var reading = Reading(source: document.array == nil ? "member \"numbers\"" : nil)
        reading.total = list.count
        for (index, element) in list.enumerated() {
            let place = "\(name): numbers[\(index)]"
            let value = element.object == nil ? element : element["number"] ?? .null
            let text = value.string ?? (value.isNull ? "" : value.text())
            do { reading.entries.append(Entry(place: place, number: try WrittenNumber(text))) } catch {
                reading.refusals.append(.init(line: index, place, "\(error)"))
            }
        }
        return reading
    }
}

/// What a file gave before it is known whether all of it can be used.
private struct Reading {
    struct Refusal {
        var line: Int
        var text: String

        init(line: Int, _ place: String, _ reason: String) {
            self.line = line
            text = "\(place): \(reason)"
        }
    }

    var entries: [NumbersFile.Entry] = []
    var refusals: [Refusal] = []
    /// Where the numbers stand: `column "Phone"`.
    var source: String?
    /// What else there is to say: lines that were left out.
    var remarks: [String] = []
    var total = 0
    /// Whether reading stopped early, since too much could not be read.
    var isCut = false

    /// - Throws: ``ConnectionError`` `invalid` that names the first rows that cannot be used, and counts the others.
    func check(_ name: String) throws(ConnectionError) {
        guard !refusals.isEmpty else {
            if entries.isEmpty { throw ConnectionError(.invalid, "\(name) holds no number") }
            return
        }
        var sentences = refusals.sorted { $0.line < $1.line }.map(\.text)
        let count = sentences.count
        if count > Self.most { sentences = sentences.prefix(Self.most) + ["and \(count - Self.most) more"] }
        let head = isCut ? "too many" : "\(count) of \(total)"
        let intro = count > 1 ? "\(head) rows cannot be used: " : ""
        throw ConnectionError(.invalid, intro + sentences.joined(separator: "; "))
    }

    func summary(_ name: String) -> String {
        let twice = entries.count - Set(entries.map(\.number.number)).count
        let parts =
            [source].compactMap { $0 } + remarks
            + (twice > 0 ? ["\(twice.counted("row repeats", "rows repeat")) a number"] : [])
        return ([name + ": " + entries.count.counted("number")] + parts).joined(separator: ", ")
    }

    private static let most = 20
}
