@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Numbers from a file: one per line, a CSV file of any shape, or the JSON of `zentrunk number list --json`.
///
/// Either every row is used, or the file is refused with each invalid row's line and reason.
struct NumbersFile {
    /// A number with its place: `numbers.csv:7`.
    struct Entry {
        var place: String
        var number: WrittenNumber
    }

    let entries: [Entry]
    /// A summary for the user: how many numbers were read from which column.
    let summary: String

    /// - Parameter path: `-` for stdin.
    /// - Throws: ``ZentrunkError`` `invalid` with every invalid row. In that case, no row of the file is used.
    init(path: String) throws(ZentrunkError) {
        let name = path == "-" ? "stdin" : path
        guard let bytes = InputFile.read(path == "-" ? "/dev/stdin" : path, limit: Self.longest) else {
            throw ZentrunkError(.invalid, "\(name) cannot be read: \(String(cString: strerror(errno)))")
        }
        guard bytes.count <= Self.longest else {
            throw ZentrunkError(
                .invalid, "\(name) is longer than \(Self.longest >> 20) MiB, so it is not a list of numbers")
        }
        try self.init(bytes: bytes, name: name)
    }

    /// - Parameter name: The file's name, for messages.
    init(bytes: [UInt8], name: String) throws(ZentrunkError) {
        if let format = ForeignFormat(bytes) {
            let next = name == "stdin" ? nil : format.remedy(name.shellWord)
            throw ZentrunkError(
                .invalid, "\(name) is \(format.description)", remedies: next.map { [.advice($0)] } ?? [])
        }
        let bytes = bytes.starts(with: Self.byteOrderMark) ? Array(bytes[3...]) : bytes
        let text = String(decoding: bytes, as: UTF8.self)
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
        reading.source = column.source
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

    /// Reads the output of `number list --json`, a member `numbers` of another document, or a bare list.
    private static func json(_ bytes: [UInt8], _ name: String) throws(ZentrunkError) -> Reading {
        let document: JSONValue
        do { document = try JSONValue(parsing: bytes) } catch {
            throw ZentrunkError(.invalid, "\(name) begins like JSON but is not valid JSON: \(error)")
        }
        guard let list = document.array ?? document["numbers"]?.array else {
            throw ZentrunkError(
                .invalid, "\(name) is JSON without a list of numbers; use the output of number list --json",
                remedies: [.line("zentrunk number list --json")])
        }
        var reading = Reading(source: document.array == nil ? "member \"numbers\"" : nil)
        reading.total = list.count
        let shortened = shortenedNumbers(bytes)
        for (index, element) in list.enumerated() {
            let place = "\(name): numbers[\(index)]"
            let value = element.object == nil ? element : element["number"] ?? .null
            let text = Self.text(value, shortened)
            do { reading.entries.append(Entry(place: place, number: try WrittenNumber(text))) } catch {
                reading.refusals.append(.init(line: index, place, "\(error)"))
            }
        }
        return reading
    }

    private static func text(_ value: JSONValue, _ shortened: [Double: String]) -> String {
        switch value {
        case .null: ""
        case .string(let text): text
        case .double(let number): shortened[number] ?? value.text()
        default: value.text()
        }
    }

    /// Returns numbers of a JSON text that are written with an exponent, with their notation, which the parsed value
    /// does not show.
    private static func shortenedNumbers(_ bytes: [UInt8]) -> [Double: String] {
        var found: [Double: String] = [:]
        var isString = false
        var isEscaped = false
        var token: [UInt8] = []
        for byte in bytes {
            if !isString, byte > 0x20, !",:[]{}\"".utf8.contains(byte) {
                token.append(byte)
                continue
            }
            if !token.isEmpty {
                let text = String(decoding: token, as: UTF8.self)
                if text.contains(where: { $0 == "e" || $0 == "E" }), let number = Double(text) {
                    found[number] = text
                }
                token = []
            }
            if byte == UInt8(ascii: "\""), !isEscaped { isString.toggle() }
            isEscaped = isString && !isEscaped && byte == UInt8(ascii: "\\")
        }
        return found
    }
}

/// The content of a file before it is validated.
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
    /// The source of the numbers: `column "Phone"`.
    var source: String?
    /// Further notes, for example about ignored lines.
    var remarks: [String] = []
    var total = 0
    /// Whether reading stopped early because too much was unreadable.
    var isCut = false

    /// - Throws: ``ZentrunkError`` `invalid` with the first invalid rows and the number of others.
    func check(_ name: String) throws(ZentrunkError) {
        guard !refusals.isEmpty else {
            if entries.isEmpty { throw ZentrunkError(.invalid, "\(name) contains no numbers") }
            return
        }
        let sentences = refusals.sorted { $0.line < $1.line }.map(\.text)
        let count = sentences.count
        guard count > 1 else { throw ZentrunkError(.invalid, sentences[0]) }
        let more = count > Self.most ? ["\(name): and \(count - Self.most) more"] : []
        throw ZentrunkError(
            .invalid, "\(isCut ? "too many" : "\(count) of \(total)") rows cannot be used",
            items: sentences.prefix(Self.most) + more)
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
