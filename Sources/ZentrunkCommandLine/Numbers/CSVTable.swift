import SwiftCSV
@_spi(Adapter) import ZentrunkCore

/// The rows of a CSV file with their line numbers.
///
/// SwiftCSV reads the cells, including quotes, doubled quotes and line breaks inside quotes. This type adds detection
/// of the separator, line numbers, rows of different lengths, and continuing after an unreadable row, so that all
/// unreadable rows are found at once.
struct CSVTable {
    struct Row {
        /// The line on which the row starts; the first line is 1.
        var line: Int
        /// The cells, without surrounding white space and invisible characters.
        var cells: [String]
    }

    private(set) var rows: [Row] = []
    private(set) var broken: [(line: Int, reason: String)] = []
    /// Whether reading stopped early because there were too many unreadable rows.
    private(set) var isCut = false

    init(_ text: String) {
        var rest = text[...]
        var line = 1
        var separator: Character?
        // The line with which Excel declares the separator.
        if rest.lowercased().hasPrefix("sep="), let sign = rest.dropFirst(4).first, !sign.isNewline {
            separator = sign
            rest = Self.behind(1, linesOf: rest)
            line = 2
        }
        let sign = separator ?? Self.separator(of: rest)
        while !rest.isEmpty {
            let part = Self.read(String(rest), sign, from: line)
            rows += part.rows
            guard let wrong = part.brokenLine else { return }
            broken.append(
                (wrong, "its quotes do not match: double every quote inside a cell, and put the cell in quotes"))
            guard broken.count < Self.most else {
                isCut = true
                return
            }
            rest = Self.behind(wrong - line + 1, linesOf: rest)
            line = wrong + 1
        }
    }

    private static let most = 100

    /// Returns the rows before the first unreadable one.
    private static func read(_ text: String, _ separator: Character, from first: Int) -> (rows: [Row], brokenLine: Int?)
    {
        var rows: [Row] = []
        var line = first
        do {
            // Only the header, because SwiftCSV's rows have no line numbers.
            let csv = try EnumeratedCSV(
                string: withoutFormulas(text, separator), delimiter: .character(separator), loadColumns: false,
                rowLimit: 0)
            try csv.enumerateAsArray(startAt: 0, rowLimit: nil) { cells in
                rows.append(Row(line: line, cells: cells.map { $0.withoutMargins() }))
                line += 1 + cells.reduce(0) { $0 + $1.count(where: \.isLineBreak) }
            }
        } catch {
            return (rows, line)
        }
        // A quote that is never closed puts all following lines into one cell.
        guard let last = rows.last, !text.utf8.count(where: { $0 == UInt8(ascii: "\"") }).isMultiple(of: 2) else {
            return (rows, nil)
        }
        return (rows.dropLast(), last.line)
    }

    /// Replaces `="…"` with `"…"`. Spreadsheets use the former to mark a cell as text.
    private static func withoutFormulas(_ text: String, _ separator: Character) -> String {
        guard text.contains("=\"") else { return text }
        var plain = ""
        var isAtStart = true
        var rest = text[...]
        while let character = rest.popFirst() {
            if isAtStart, character == "=", rest.first == "\"" {
                isAtStart = false
                continue
            }
            isAtStart = character == separator || character.isLineBreak || (isAtStart && character == " ")
            plain.append(character)
        }
        return plain
    }

    /// Returns the separator that occurs outside quotes on most of the first lines.
    private static func separator(of text: Substring) -> Character {
        let signs: [Character] = ["\t", ";", ",", "|"]
        var lines: [Character: Int] = [:]
        for line in text.split(maxSplits: 100, whereSeparator: \.isLineBreak).prefix(100) {
            var isQuoted = false
            var found: Set<Character> = []
            for character in line {
                if character == "\"" { isQuoted.toggle() }
                if !isQuoted, signs.contains(character) { found.insert(character) }
            }
            for sign in found { lines[sign, default: 0] += 1 }
        }
        let most = lines.values.max() ?? 0
        return signs.first { lines[$0] == most } ?? ","
    }

    /// Returns the text after the first `count` lines.
    private static func behind(_ count: Int, linesOf text: Substring) -> Substring {
        var rest = text
        for _ in 0..<count {
            guard let end = rest.firstIndex(where: \.isLineBreak) else { return "" }
            rest = rest[rest.index(after: end)...]
        }
        return rest
    }
}

extension Character {
    /// Whether SwiftCSV separates rows at this character.
    fileprivate var isLineBreak: Bool { self == "\n" || self == "\r\n" || self == "\r" }
}
