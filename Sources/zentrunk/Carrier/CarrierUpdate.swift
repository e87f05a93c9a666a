import ZentrunkCore
import ZentrunkPlivo

/// An update as all kinds go through it: say what changes, ask, change, say what became of it.
struct CarrierUpdate<Noun: CarrierNoun> {
    let object: Noun.Object
    /// What differs; secrets cannot be compared and are not among them.
    let changes: [PlannedResource.Change]
    /// Changes that cannot be compared, in words.
    var more: [String] = []
    var stdoutIsTaken = false

    /// - Throws: ``ConnectionError`` `consent` when nobody agreed, and what the change throws.
    func run(
        yes: Bool, _ printer: CarrierPrinter<Noun>, _ change: () async throws -> Noun.Object
    ) async throws -> ExitStatus {
        guard !changes.isEmpty || !more.isEmpty else {
            printer.updated(object, [], outcome: "unchanged")
            return .done
        }
        printer.announce(changes, to: object, more: more)
        guard yes || Terminal.agrees("\(object.label) is live and changes. Go on?") else {
            throw ConnectionError(
                .consent, "\(object.label) is live and would change, and nobody agreed to it",
                next: ["run the command again with --yes"])
        }
        printer.updated(try await change(), changes, outcome: "updated", stdoutIsTaken: stdoutIsTaken)
        return .done
    }
}

extension ConnectionError {
    /// An update that names no change.
    static var nothingToChange: ConnectionError {
        ConnectionError(.invalid, "nothing to change: give the options that shall be different")
    }
}
