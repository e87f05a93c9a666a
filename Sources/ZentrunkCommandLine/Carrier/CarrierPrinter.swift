@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// Prints the carrier's objects and the results of commands: tables for people, or one JSON object.
struct CarrierPrinter<Noun: CarrierNoun>: Sendable {
    let json: Bool

    func list(_ objects: [Noun.Object]) {
        guard !json else { return print([Noun.plural: .array(objects.map { .object($0.members) })]) }
        guard !objects.isEmpty else { return Terminal.err("no \(Noun.titles)") }
        let rows =
            [Noun.columns.map(\.title)] + objects.map { object in Noun.columns.map { $0.text(object).madeVisible() } }
        let widths = Noun.columns.indices.map { column in (rows.map { $0[column].count }.max() ?? 0) + 2 }
        for row in rows {
            let cells = zip(row, widths).enumerated().map { column, cell in
                column == row.count - 1 ? cell.0 : cell.0.padding(to: cell.1)
            }
            Terminal.out(cells.joined())
        }
    }

    func show(_ object: Noun.Object) {
        guard !json else { return print([Noun.name: .object(object.members)]) }
        Terminal.out(lines: [object.label] + lines(object))
    }

    /// - Parameter stdoutIsTaken: Whether to print on stderr, because stdout is used for a password.
    func created(_ object: Noun.Object, stdoutIsTaken: Bool = false) {
        guard !json else { return print(["outcome": "created", Noun.name: .object(object.members)]) }
        let result = ["Created \(object.label)."] + lines(object)
        stdoutIsTaken ? Terminal.err(lines: result) : Terminal.out(lines: result)
    }

    // MARK: Changes

    /// Whether announcements are visible on the terminal on which a question would follow.
    var isShown: Bool { !json && Terminal.isSeen }

    func announce(_ changes: [PlannedResource.Change], to object: Noun.Object, more: [String]) {
        if !json { Terminal.err(lines: update(changes, to: object, more: more)) }
    }

    /// Returns the changes of an update, one line each.
    func update(_ changes: [PlannedResource.Change], to object: Noun.Object, more: [String]) -> [String] {
        let lines = changes.map {
            "    \($0.path.tokens.joined(separator: ".")): \(short($0.from)) → \(short($0.to))"
        }
        return ["\(Style().warning("~")) \(object.label)"] + lines + more.map { "    \($0)" } + warning(object)
    }

    /// Warns about objects of a connection: changes to them would be reverted as drift, or break the connection.
    private func warning(_ object: Noun.Object) -> [String] {
        guard let owner = object.name.flatMap(OwnedName.init(parsing:)) else { return [] }
        return ["  \(Style().warning("!")) it belongs to the connection \(owner.platform)/\(owner.connection)"]
    }

    func updated(
        _ object: Noun.Object, _ changes: [PlannedResource.Change], outcome: String, stdoutIsTaken: Bool = false
    ) {
        guard !json else {
            return print([
                "outcome": .string(outcome), Noun.name: .object(object.members), "changes": .array(changes.map(\.json)),
            ])
        }
        let text = outcome == "unchanged" ? "Unchanged: \(object.label)." : "Updated \(object.label)."
        stdoutIsTaken ? Terminal.err(text) : Terminal.out(text)
    }

    // MARK: Deletions

    func announceDeletion(of object: Noun.Object, _ dependents: Dependents) where Noun: DeletableNoun {
        if !json { Terminal.err(lines: deletion(of: object, dependents)) }
    }

    /// Returns the objects that a deletion removes, one line each.
    func deletion(of object: Noun.Object, _ dependents: Dependents) -> [String] where Noun: DeletableNoun {
        let style = Style()
        let lines = ["\(style.bad("-")) \(object.label)"] + warning(object)
        guard !dependents.isEmpty else { return lines }
        let users = dependents.trunks.map(\.label) + dependents.numbers.map(\.label)
        return lines + ["  \(style.warning("!")) \(Noun.consequence):"] + users.map { "      \($0)" }
    }

    func deleted(_ object: Noun.Object, _ dependents: Dependents) {
        guard !json else {
            return print([
                "outcome": "deleted", Noun.name: .object(object.members), "dependents": Self.document(dependents),
            ])
        }
        Terminal.out("Deleted \(object.label).")
    }

    // MARK: Dry runs

    /// - Parameter members: The members that would be sent, without passwords.
    func wouldCreate(_ members: JSONObject) {
        guard !json else { return print(["outcome": "planned", Noun.name: .object(members)]) }
        let lines = members.map { "  \($0.name.padding(to: 23))\(short($0.value))" }
        Terminal.out(lines: ["Would create this \(Noun.Object.title); nothing was sent:"] + lines)
    }

    func wouldUpdate(_ object: Noun.Object, _ changes: [PlannedResource.Change]) {
        guard !json else {
            return print([
                "outcome": "planned", Noun.name: .object(object.members), "changes": .array(changes.map(\.json)),
            ])
        }
        Terminal.out("Would update \(object.label); nothing was sent.")
    }

    func wouldDelete(_ object: Noun.Object, _ dependents: Dependents) {
        guard !json else {
            return print([
                "outcome": "planned", Noun.name: .object(object.members), "dependents": Self.document(dependents),
            ])
        }
        Terminal.out("Would delete \(object.label); nothing was sent.")
    }

    // MARK: Failures

    /// Reports a refused deletion with its dependents.
    func refuse(_ error: ZentrunkError, _ dependents: Dependents) -> ExitStatus {
        if json {
            print([
                "outcome": "failed", "error": error.document, "undone": .null, "dependents": Self.document(dependents),
            ])
        }
        FailurePrinter(json: false).print(error)
        Terminal.err("Nothing was written.")
        return ExitStatus(error)
    }

    /// Reports any other failure. After `incomplete`, an object may exist.
    func fail(_ error: ZentrunkError) -> ExitStatus {
        let leaves = error.code == .incomplete
        var error = error
        if leaves { error.remedies.append(.command(["zentrunk", Noun.name, "list"])) }
        if json {
            var members: JSONObject = ["outcome": "failed", "error": error.document]
            if leaves { members["undone"] = false }
            print(members)
        }
        FailurePrinter(json: false).print(error)
        return leaves ? .left : ExitStatus(error)
    }

    // MARK: Texts

    private static func document(_ dependents: Dependents) -> JSONValue {
        [
            "trunks": .array(dependents.trunks.map { .object($0.members) }),
            "numbers": .array(dependents.numbers.map { .object($0.members) }),
        ]
    }

    private func print(_ members: JSONObject) { JSONOutput.print(members) }

    private func lines(_ object: Noun.Object) -> [String] {
        object.members.map { "  \($0.name.padding(to: 23))\(short($0.value))" }
    }

    private func short(_ value: JSONValue?) -> String {
        guard let value, !value.isNull else { return "-" }
        return value.string ?? value.array?.compactMap(\.string).joined(separator: ", ") ?? value.text()
    }
}
