import ZentrunkCore
import ZentrunkJSON
import ZentrunkPlivo

/// An update as all kinds go through it: say what changes, ask, change, say what became of it.
struct CarrierUpdate<Noun: CarrierNoun> {
    let object: Noun.Object
    /// What differs; secrets cannot be compared and are not among them.
    let changes: [PlannedResource.Change]
    /// Changes that cannot be compared, in words.
    var more: [String] = []
    var stdoutIsTaken = false

    /// - Throws: ``ZentrunkError`` `consent` when it cannot be asked for, ``Declined``, and what the change throws.
    func run(
        _ consent: ConsentOptions, _ preview: DryRunOptions, _ client: ZentrunkClient, _ printer: CarrierPrinter<Noun>,
        _ change: () async throws -> Noun.Object
    ) async throws -> ExitStatus {
        guard !changes.isEmpty || !more.isEmpty else {
            printer.updated(object, [], outcome: "unchanged")
            return .done
        }
        printer.announce(changes, to: object, more: more)
        if preview.dryRun {
            if let name = changes.first(where: { $0.path.tokens == ["name"] })?.to?.string {
                try await Noun.collection(of: client).checkName(name, of: object)
            }
            printer.wouldUpdate(object, changes)
            return .done
        }
        let details = printer.isShown ? [] : printer.update(changes, to: object, more: more)
        try await Consent(action: "change \(object.label), which is live", details: details).require(yes: consent.yes)
        printer.updated(try await change(), changes, outcome: "updated", stdoutIsTaken: stdoutIsTaken)
        return .done
    }
}

extension ZentrunkError {
    /// An update that names no change.
    static var nothingToChange: ZentrunkError {
        ZentrunkError(.invalid, "nothing to change: give the options that shall be different")
    }
}
