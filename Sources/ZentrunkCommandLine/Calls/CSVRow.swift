@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// One record of a CSV file. <https://www.rfc-editor.org/rfc/rfc4180>
struct CSVRow {
    /// The record without its line end.
    let text: String

    init(_ cells: [String]) { text = cells.map(Self.cell).joined(separator: ",") }

    /// Characters with which spreadsheets begin a formula.
    /// <https://owasp.org/www-community/attacks/CSV_Injection>
    private static let formula: Set<Character> = ["=", "+", "-", "@", "＝", "＋", "－", "＠"]

    /// Returns a value as a cell, with control characters escaped.
    ///
    /// A spreadsheet would run a value such as `=HYPERLINK(…)`, and callers choose parts of a record. So a value that could
    /// begin a formula gets an apostrophe, except for numbers: `+14155550100` and `-0.5` cannot contain a formula, and
    /// other programs need them unchanged.
    private static func cell(_ value: String) -> String {
        var text = value.madeVisible()
        let first = text.first { !$0.isWhitespace }
        if let first, formula.contains(first), text.wholeMatch(of: /[+-]?[0-9]+(\.[0-9]+)?/) == nil {
            text = "'" + text
        }
        let needsQuotes = text.contains { ",\"".contains($0) } || text.first == " " || text.last == " "
        return needsQuotes ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
}

extension JSONValue {
    /// The value in a cell: text without quotes, nothing for null.
    var cellText: String { isNull ? "" : string ?? text() }
}
