@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// The steps of every update: announce the changes, ask for consent, apply them, and print the result.
struct CarrierUpdate<Noun: CarrierNoun> {
    let object: Noun.Object
    /// The changed fields, without secrets, which cannot be compared.
    let changes: [PlannedResource.Change]
    /// Descriptions of changes that cannot be compared.
    var more: [String] = []
    var stdoutIsTaken = false

    /// - Throws: ``ZentrunkError`` `consent` if it is not possible to ask, ``Declined``, and the errors of the change.
    func run(
        _ consent: ConsentOptions, _ preview: DryRunOptions, client: ZentrunkClient, printer: CarrierPrinter<Noun>,
        change: () async throws -> Noun.Object
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
    /// The error of an update without changes.
    static var nothingToChange: ZentrunkError {
        ZentrunkError(.invalid, "nothing to change: give at least one option to change")
    }
}
