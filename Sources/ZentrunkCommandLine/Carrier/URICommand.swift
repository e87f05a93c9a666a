import ArgumentParser
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlivo

/// `zentrunk uri`
struct URICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uri", abstract: "Manage origination URIs: the destinations of inbound calls.",
        discussion: "zentrunk uri create --name pbx --uri 'sip.example.com:5061;transport=tls'",
        subcommands: [
            CarrierList<URINoun>.self, CarrierGet<URINoun>.self, Create.self, Update.self, CarrierDelete<URINoun>.self,
        ])

    /// Digest credentials for when the far end asks for authentication.
    struct LoginOptions: ParsableArguments {
        @Option(help: "Username for digest authentication by the far end; needs --password-stdin.") var username:
            String?
        @Flag(help: "Read its password from stdin, one line.") var passwordStdin = false

        func check() throws(ZentrunkError) {
            guard (username != nil) != passwordStdin else { return }
            throw ZentrunkError(.invalid, "--username and --password-stdin must be given together")
        }

        func read() throws(ZentrunkError) -> OriginationURIRecord.Login? {
            guard let username else { return nil }
            return try OriginationURIRecord.Login(username: username, password: PasswordInput.read())
        }
    }

    private static func parse(_ text: String) throws(ZentrunkError) -> OriginationURI {
        do { return try OriginationURI(text) } catch {
            throw ZentrunkError(.invalid, "--uri: \(error)", cause: error, remedies: error.remedies)
        }
    }

    private static func warn(_ uri: OriginationURI) {
        if let warning = uri.transportWarning { Terminal.err("  \(Style().warning("!")) \(warning)") }
    }

    struct Create: CarrierCommand {
        typealias Noun = URINoun
        static let configuration = CommandConfiguration(abstract: "Create an origination URI.")

        @Option(help: "Name.") var name: String
        @Option(help: "host[:port];transport=udp, tcp or tls.") var uri: String
        @OptionGroup var login: LoginOptions
        @OptionGroup var preview: DryRunOptions
        @OptionGroup var options: CarrierOptions

        func check() throws {
            _ = try URICommand.parse(uri)
            try login.check()
        }

        func run(_ client: ZentrunkClient, _ printer: CarrierPrinter<URINoun>) async throws -> ExitStatus {
            let uri = try URICommand.parse(uri)
            URICommand.warn(uri)
            let draft = OriginationURIRecord.Draft(name: name, uri: uri, login: try login.read())
            if preview.dryRun {
                printer.wouldCreate(try await client.preview(draft))
            } else {
                printer.created(try await client.create(draft))
            }
            return .done
        }
    }

    struct Update: CarrierCommand {
        typealias Noun = URINoun
        static let configuration = CommandConfiguration(
            abstract: "Change an origination URI; takes effect at once for the calls of all its trunks.")

        @Argument(help: URINoun.reference, completion: URINoun.completion) var object: String
        @Option(help: "New name.") var name: String?
        @Option(help: "host[:port];transport=udp, tcp or tls.") var uri: String?
        @OptionGroup var login: LoginOptions
        @Flag(help: "Remove authentication.") var noAuthentication = false
        @OptionGroup var consent: ConsentOptions
        @OptionGroup var preview: DryRunOptions
        @OptionGroup var options: CarrierOptions

        func check() throws {
            if let uri { _ = try URICommand.parse(uri) }
            try login.check()
            if noAuthentication, login.username != nil {
                throw ZentrunkError(.invalid, "--username and --no-authentication contradict each other")
            }
            guard name != nil || uri != nil || login.username != nil || noAuthentication else {
                throw ZentrunkError.nothingToChange
            }
        }

        func run(_ client: ZentrunkClient, _ printer: CarrierPrinter<URINoun>) async throws -> ExitStatus {
            var changes = OriginationURIRecord.Changes()
            changes.name = name
            changes.uri = try uri.map { try URICommand.parse($0) }
            changes.authentication = try login.read().map { .login($0) } ?? (noAuthentication ? .off : nil)
            changes.uri.map(URICommand.warn)
            let wanted = changes
            let record = try await URINoun.resolve(object, client)
            let update = CarrierUpdate<URINoun>(
                object: record, changes: client.differences(record, wanted),
                more: login.username == nil ? [] : ["password: as given"])
            return try await update.run(consent, preview, client: client, printer: printer) {
                try await client.update(record, wanted)
            }
        }
    }
}
