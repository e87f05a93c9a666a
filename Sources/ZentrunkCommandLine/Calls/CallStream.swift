@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// Prints call records one by one, so that a list of any length needs no memory.
struct CallStream {
    /// How records are printed.
    enum Form: Sendable {
        /// Lines for people.
        case rows
        /// One JSON object for all records, each of them in one line.
        case document
        /// One JSON object per line: a record, or at last the result of the command.
        case lines
        /// A CSV file.
        case csv
    }

    private let form: Form
    private let table: CauseTable
    private let limit: Int?
    private let rows = CallRows(width: TextTable.terminalWidth, style: Style())
    /// The count of records so far.
    private(set) var count = 0
    /// A record of a document that is not printed yet, because a comma follows if there is another one.
    private var pending: String?

    /// - Parameter limit: The maximum number of records; nil for no limit.
    init(_ form: Form, limit: Int?, _ table: CauseTable) {
        self.form = form
        self.limit = limit
        self.table = table
    }

    /// Whether nothing more is to be printed: the limit is reached, or the reader is gone.
    var isFull: Bool { limit.map { count >= $0 } == true || Terminal.hasNoReader }

    /// Prints a record.
    mutating func print(_ record: CallRecord) {
        if count == 0 { begin() }
        count += 1
        let call = ExplainedCall(record, table)
        switch form {
        case .rows: Terminal.out(lines: rows.lines(call))
        case .lines: Terminal.out(document: JSONValue.object(call.json).text())
        case .csv: Terminal.out(csv: CSVRow(Self.cells(call)).text)
        case .document:
            if let pending { Terminal.out(document: "    \(pending),") }
            pending = JSONValue.object(call.json).text()
        }
    }

    private func begin() {
        switch form {
        case .rows: Terminal.out(rows.header)
        case .csv: Terminal.out(csv: CSVRow(Self.titles).text)
        case .document: Terminal.out(document: "{\n  \"calls\": [")
        case .lines: break
        }
    }

    /// Prints what follows the last record.
    ///
    /// - Parameter error: The error that ended the list.
    func end(_ error: ZentrunkError? = nil) {
        let result: JSONObject = [
            "outcome": error == nil ? "done" : "failed", "error": error?.document ?? .null,
        ]
        switch form {
        case .rows: break
        case .csv: if count == 0, error == nil { begin() }
        case .lines:
            let members: JSONObject = ["calls": .null]
            Terminal.out(document: JSONValue.object(members.merging(result)).text())
        case .document where count == 0:
            JSONOutput.print(error == nil ? ["calls": []] : result)
        case .document:
            if let pending { Terminal.out(document: "    \(pending)") }
            let members = result.map { "  \"\($0.name)\": \($0.value.text())" }
            Terminal.out(document: "  ],\n\(members.joined(separator: ",\n"))\n}")
        }
        if let error { FailurePrinter(json: false).print(error) }
    }

    // MARK: CSV

    /// The members of the API, and the explanation.
    private static let titles = CallRecord.names + ["owner", "cause", "step"]

    private static func cells(_ call: ExplainedCall) -> [String] {
        let cause = call.record.isSuccessful ? nil : call.causes.first
        return CallRecord.names.map { (call.record.fields[$0] ?? .null).cellText }
            + [cause?.owner.rawValue ?? "", cause?.meaning ?? "", cause?.step ?? ""]
    }
}
