@_spi(Adapter) import ZentrunkCore

/// The column of a file that contains the numbers, determined by headings and cells.
///
/// A heading that names phone numbers takes precedence, even if its cells are invalid. Without one, the only column
/// with numbers is used. If the column is ambiguous, the rows are refused rather than guessed.
struct NumberColumn {
    struct Refusal: Error {
        var reason: String
    }

    /// The rows that must contain a number.
    let rows: [CSVTable.Row]
    /// Notes for the user about ignored lines.
    let remarks: [String]
    private let heading: CSVTable.Row?
    /// The column's index; nil if no column or several contain numbers.
    private let index: Int?

    init(_ all: [CSVTable.Row]) {
        let filled = all.filter { !$0.cells.allSatisfy(\.isEmpty) }
        let leading = filled.prefix {
            $0.cells.allSatisfy { !Content($0).isNumber && !ColumnTitle.isSpoiledNumber($0) }
        }
        func isRemark(_ position: Int, _ row: CSVTable.Row) -> Bool {
            guard row.cells.first?.hasPrefix("#") == true, !row.cells.contains(where: { Content($0).isNumber }) else {
                return false
            }
            // `#,Customer,Phone` directly above the first number is a heading.
            return position != leading.count - 1 || row.cells.count == 1
        }
        let kept = filled.enumerated().filter { !isRemark($0, $1) }.map(\.element)
        let left = filled.count - kept.count
        remarks = left > 0 ? ["\(left.counted("line that begins", "lines that begin")) with # ignored"] : []
        if kept.count > 1, let first = kept.first, first.cells.allSatisfy({ !Content($0).isNumber }) {
            let rest = Array(kept.dropFirst())
            let index = Self.column(of: rest, first.cells)
            // A first row with a mistyped number is not a heading; its number would be lost without an error.
            if index.map({ first.cells.indices.contains($0) && ColumnTitle.isOne(first.cells[$0]) })
                ?? first.cells.contains(where: ColumnTitle.isOne)
            {
                (heading, rows, self.index) = (first, rest, index)
                return
            }
        }
        (heading, rows, index) = (nil, kept, Self.column(of: kept, nil))
    }

    /// A description of the source: `column "Phone", line 1 is the heading`.
    var source: String? {
        let parts = [
            label.map { "column \($0)" }, heading.map { "line \($0.line) is the heading" },
        ].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// The quoted heading, or the column's position; nil for a file with one column and no heading.
    private var label: String? {
        guard let index else { return nil }
        if let title = heading.flatMap({ $0.cells.indices.contains(index) ? $0.cells[index] : nil }), !title.isEmpty {
            return "\"\(title)\""
        }
        return index > 0 || rows.contains { $0.cells.count > 1 } ? "\(index + 1)" : nil
    }

    /// Returns the number of a row, or the reason why it has no valid one.
    func number(in row: CSVTable.Row) -> Result<WrittenNumber, Refusal> {
        let found = row.cells.count { Content($0) == .number }
        // A number in the column counts; further ones to its right have no heading.
        let isBeyond = heading.map { row.cells.dropFirst($0.cells.count).contains { Content($0) == .number } } ?? true
        if found > 1, index == nil || isBeyond {
            return .failure(
                Refusal(reason: "\(found) numbers on one line: write one per line, or name their column \"number\""))
        }
        guard let index else {
            let isAnywhere = row.cells.contains { Content($0).isNumber }
            return .failure(
                Refusal(
                    reason: isAnywhere
                        ? "several columns contain numbers: name the one to read \"number\" in the first line"
                        : "there is no number"))
        }
        guard row.cells.indices.contains(index), !row.cells[index].isEmpty else {
            return .failure(Refusal(reason: "there is no number" + (label.map { " in column \($0)" } ?? "")))
        }
        do { return .success(try WrittenNumber(row.cells[index])) } catch {
            return .failure(Refusal(reason: error.description))
        }
    }

    // MARK: Which column

    private static func column(of rows: [CSVTable.Row], _ heading: [String]?) -> Int? {
        let width = rows.map(\.cells.count).max() ?? 0
        var contents = [Set<Content>](repeating: [], count: width)
        for row in rows {
            for (index, cell) in row.cells.enumerated() { contents[index].insert(Content(cell)) }
        }
        func title(_ index: Int) -> ColumnTitle? {
            heading.flatMap { $0.indices.contains(index) ? ColumnTitle($0[index]) : nil }
        }
        func holdsNumbers(_ index: Int) -> Bool { contents[index].contains(where: \.isNumber) }
        func isCount(_ index: Int) -> Bool {
            rows.allSatisfy { !$0.cells.indices.contains(index) || $0.cells[index].allSatisfy(\.isNumber) }
        }
        let named = contents.indices.filter { index in
            guard let title = title(index), title.namesNumbers else { return false }
            // "Number" above 1, 2, 3 counts the rows.
            return holdsNumbers(index) || !title.mayCount || !isCount(index)
        }
        // A column of that name decides even when all of its cells are damaged; of several, the one with numbers.
        let candidates = named.filter(holdsNumbers)
        if !candidates.isEmpty { return candidates.count == 1 ? candidates[0] : nil }
        if !named.isEmpty { return named.count == 1 ? named[0] : nil }
        let others = contents.indices.filter { title($0)?.namesFax != true }
        for columns in [others, Array(contents.indices)] {
            for kind in [[Content.number], [.digits, .damaged]] {
                let found = columns.filter { !contents[$0].isDisjoint(with: kind) }
                if !found.isEmpty { return found.count == 1 ? found[0] : nil }
            }
        }
        return width == 1 ? 0 : nil
    }
}

/// The apparent content of a cell.
private enum Content {
    case empty
    /// A number with a plus sign.
    case number
    /// Digits that may be a number without its plus sign, a date or a price.
    case digits
    /// A text that may be a damaged number.
    case damaged
    case other

    init(_ cell: String) {
        guard !cell.isEmpty else { self = .empty; return }
        let digits = cell.utf8.count { (48...57).contains($0) }
        let isError = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#DIV/0!", "#NULL!"].contains(cell)
        if isError || (cell.count > 1 && cell.allSatisfy { $0 == "#" }) { self = .damaged; return }
        guard cell.first != "#", digits > 2 else { self = .other; return }
        if let written = try? WrittenNumber(cell) {
            self = written.hasPlus ? .number : .digits
        } else {
            self = WrittenNumber.isMeant(by: cell) ? .damaged : .other
        }
    }

    /// Whether the cell is or may be a number.
    var isNumber: Bool { self == .number || self == .digits || self == .damaged }
}
