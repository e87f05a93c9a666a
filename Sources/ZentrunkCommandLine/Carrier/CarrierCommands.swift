import ArgumentParser
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlivo

/// The commands for the carrier's objects, for use without a platform.
enum CarrierCommands {
    static var group: CommandGroup {
        CommandGroup(
            name: "Zentrunk Alone",
            subcommands: [
                TrunkCommand.self, CredentialCommand.self, URICommand.self, AccessListCommand.self, NumberCommand.self,
            ])
    }
}

/// Options shared by all commands for the carrier's objects.
struct CarrierOptions: ParsableArguments {
    @OptionGroup var account: AccountOptions
    @Flag(help: "Print one JSON object on stdout, also on failure.") var json = false
}

/// A command for the carrier's objects. It gets a client and prints its own output.
protocol CarrierCommand: RunnableCommand {
    associatedtype Noun: CarrierNoun
    var options: CarrierOptions { get }

    /// Checks the arguments before anything is sent.
    func check() throws

    /// Runs the command and prints its result.
    func run(_ client: ZentrunkClient, _ printer: CarrierPrinter<Noun>) async throws -> ExitStatus
}

extension CarrierCommand {
    var stopping: String { "finishing the request in flight; its change stays" }
    var afterwards: [Remedy] { [.command(["zentrunk", Noun.name, "list"])] }

    func check() throws {}

    func execute() async throws -> ExitStatus {
        let printer = CarrierPrinter<Noun>(json: options.json)
        do {
            try check()
            return try await Session.run(
                sandbox: options.account.sandbox, journal: .none, timeout: options.account.requestTimeout
            ) { session in
                let client = try ZentrunkClient(session.carrier())
                return try await session.progress.reading { _ in try await run(client, printer) }
            }
        } catch let error as ZentrunkError {
            return printer.fail(error)
        }
    }
}

// MARK: Commands of all kinds

/// `zentrunk trunk list`
struct CarrierList<Noun: CarrierNoun>: CarrierCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "list", abstract: "List all \(Noun.titles).")
    }

    @OptionGroup var options: CarrierOptions

    func run(_ client: ZentrunkClient, _ printer: CarrierPrinter<Noun>) async throws -> ExitStatus {
        printer.list(try await Noun.collection(of: client).list())
        return .done
    }
}

/// `zentrunk trunk get NAME`
struct CarrierGet<Noun: CarrierNoun>: CarrierCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "get", abstract: "Show \(Noun.title).")
    }

    @Argument(help: Noun.reference, completion: Noun.completion) var object: String
    @OptionGroup var options: CarrierOptions

    func run(_ client: ZentrunkClient, _ printer: CarrierPrinter<Noun>) async throws -> ExitStatus {
        printer.show(try await Noun.resolve(object, client))
        return .done
    }
}

/// `zentrunk trunk delete NAME --yes`
struct CarrierDelete<Noun: DeletableNoun>: CarrierCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "delete", abstract: "Delete \(Noun.title).",
            discussion: """
                First lists the objects that depend on it. Asks on the terminal; a script needs --yes.
                """)
    }

    @Argument(help: Noun.reference, completion: Noun.completion) var object: String
    @OptionGroup var deletion: Noun.Deletion
    @OptionGroup var consent: ConsentOptions
    @OptionGroup var preview: DryRunOptions
    @OptionGroup var options: CarrierOptions

    func run(_ client: ZentrunkClient, _ printer: CarrierPrinter<Noun>) async throws -> ExitStatus {
        let object = try await Noun.resolve(object, client)
        let dependents = try await Noun.dependents(of: object, client)
        printer.announceDeletion(of: object, dependents)
        if let missing = deletion.missing(for: dependents) {
            let error = ZentrunkError(
                .collision, "\(object.label) is in use: \(dependents.sentence())", at: .carrier,
                remedies: [.again(with: [missing] + (consent.yes ? [] : ["--yes"]))])
            return printer.refuse(error, dependents)
        }
        if preview.dryRun {
            printer.wouldDelete(object, dependents)
            return .done
        }
        do { try await deletionConsent(object, dependents, printer).require(yes: consent.yes) } catch let error
            as ZentrunkError
        {
            return printer.refuse(error, dependents)
        }
        try await Noun.delete(object, with: dependents, client)
        printer.deleted(object, dependents)
        return .done
    }

    private func deletionConsent(
        _ object: Noun.Object, _ dependents: Dependents, _ printer: CarrierPrinter<Noun>
    ) -> Consent {
        let use = dependents.isEmpty ? "" : ", which is in use: \(dependents.sentence())"
        return Consent(
            action: "delete \(object.label)\(use)",
            details: printer.isShown ? [] : printer.deletion(of: object, dependents))
    }
}
