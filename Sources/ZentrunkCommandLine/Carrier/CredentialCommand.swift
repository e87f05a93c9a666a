import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// `zentrunk credential`
struct CredentialCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credential",
        abstract: "Manage credentials: the logins of outbound trunks.",
        discussion: """
            A generated password is derived from its username and the Auth Token. It is not stored; get derives it again as \
            long as the token is the same.

            zentrunk credential create --name pbx --password-out pbx.secret
            """,
        subcommands: [
            CarrierList<CredentialNoun>.self, Get.self, Create.self, Update.self, CarrierDelete<CredentialNoun>.self,
        ])

    struct Get: CarrierCommand {
        typealias Noun = CredentialNoun
        static let configuration = CommandConfiguration(
            abstract: "Show a credential; --password-out writes a generated password.",
            discussion: "zentrunk credential get pbx --password-out pbx.secret")

        @Argument(help: CredentialNoun.reference, completion: CredentialNoun.completion) var object: String
        @Option(help: PasswordOutput.help, completion: .file()) var passwordOut: String?
        @OptionGroup var options: CarrierOptions

        func check() throws { try PasswordOutput(passwordOut).check(json: options.json) }

        func run(_ client: ZentrunkClient, _ printer: CarrierPrinter<CredentialNoun>) async throws -> ExitStatus {
            let output = PasswordOutput(passwordOut)
            return try await output.keeping(of: object) {
                let credential = try await CredentialNoun.resolve(object, client)
                guard output.isWanted else {
                    printer.show(credential)
                    return (.done, nil)
                }
                guard let login = client.derivedLogin(of: credential) else {
                    throw ZentrunkError(
                        .refused,
                        "the password of \(credential.label) was not generated with this Auth Token, and Plivo does not show it",
                        remedies: [.command(["zentrunk", "credential", "update", credential.id, "--generate"])])
                }
                if !output.isStdout { printer.show(credential) }
                return (.done, login.password)
            }
        }
    }

    /// The source of the password and its destination.
    struct PasswordOptions: ParsableArguments {
        @Option(help: "5 to 20 letters and digits; generated together with the password if omitted.") var username:
            String?
        @Flag(help: "Read the password from stdin, one line.") var passwordStdin = false
        @Option(help: PasswordOutput.help, completion: .file()) var passwordOut: String?

        func check(json: Bool) throws(ZentrunkError) {
            try PasswordOutput(passwordOut).check(json: json)
            if passwordStdin, passwordOut != nil {
                throw ZentrunkError(.invalid, "--password-out is for generated passwords, not for --password-stdin")
            }
            if username != nil, !passwordStdin {
                throw ZentrunkError(
                    .invalid, "--username needs --password-stdin: a generated password belongs to a generated username")
            }
        }

        func warn(_ login: SIPCredential.Login) {
            if login.username.contains("_") {
                Terminal.err("  \(Style().warning("!")) guides allow letters and digits only; Plivo may refuse \"_\"")
            }
        }
    }

    struct Create: CarrierCommand {
        typealias Noun = CredentialNoun
        static let configuration = CommandConfiguration(
            abstract: "Create a credential with a generated login or your own.",
            discussion: """
                zentrunk credential create --name pbx --password-out pbx.secret
                zentrunk credential create --name pbx --username pbx01 --password-stdin < pbx.secret
                """)

        @Option(help: "Name; clients log in with the username instead.") var name: String
        @OptionGroup var login: PasswordOptions
        @OptionGroup var preview: DryRunOptions
        @OptionGroup var options: CarrierOptions

        func check() throws {
            try login.check(json: options.json)
            if login.passwordStdin, login.username == nil {
                throw ZentrunkError(.invalid, "--password-stdin needs --username")
            }
        }

        func run(_ client: ZentrunkClient, _ printer: CarrierPrinter<CredentialNoun>) async throws -> ExitStatus {
            let output = PasswordOutput(login.passwordOut)
            let chosen: SIPCredential.Login
            if let username = login.username {
                chosen = try SIPCredential.Login(username: username, password: PasswordInput.read())
                login.warn(chosen)
            } else {
                chosen = client.makeLogin()
            }
            let draft = SIPCredential.Draft(name: name, login: chosen)
            guard !preview.dryRun else {
                var members = try await client.preview(draft)
                // A generated username is chosen only when the credential is created.
                if login.username == nil { members["username"] = nil }
                printer.wouldCreate(members)
                return .done
            }
            return try await output.keeping(of: name) {
                let made = try await client.create(draft)
                printer.created(made, stdoutIsTaken: output.isStdout)
                if login.username == nil, !output.isWanted {
                    Terminal.err("  its password: zentrunk credential get \(made.id.shellWord) --password-out FILE")
                }
                return (.done, chosen.password)
            }
        }
    }

    struct Update: CarrierCommand {
        typealias Noun = CredentialNoun
        static let configuration = CommandConfiguration(
            abstract: "Change a credential's name or login.",
            discussion: """
                Plivo clears the password if an update omits it. A generated password is sent again; any other must be given \
                with --password-stdin, even if only the name changes.

                zentrunk credential update pbx --generate --password-out new.secret --yes
                """)

        @Argument(help: CredentialNoun.reference, completion: CredentialNoun.completion) var object: String
        @Option(help: "New name.") var name: String?
        @Flag(help: "Generate a new username and password.") var generate = false
        @OptionGroup var login: PasswordOptions
        @OptionGroup var consent: ConsentOptions
        @OptionGroup var preview: DryRunOptions
        @OptionGroup var options: CarrierOptions

        func check() throws {
            try login.check(json: options.json)
            if generate, login.passwordStdin {
                throw ZentrunkError(.invalid, "--generate and --password-stdin contradict each other")
            }
            if login.passwordOut != nil, !generate {
                throw ZentrunkError(.invalid, "--password-out needs --generate")
            }
            guard name != nil || generate || login.passwordStdin else { throw ZentrunkError.nothingToChange }
        }

        func run(_ client: ZentrunkClient, _ printer: CarrierPrinter<CredentialNoun>) async throws -> ExitStatus {
            let output: PasswordOutput = preview.dryRun ? .none : PasswordOutput(login.passwordOut)
            let given = login.passwordStdin ? try PasswordInput.read() : nil
            return try await output.keeping(of: object) {
                let credential = try await CredentialNoun.resolve(object, client)
                var changes = SIPCredential.Changes()
                changes.name = name
                if let given {
                    let chosen = try SIPCredential.Login(
                        username: login.username ?? credential.username, password: given)
                    login.warn(chosen)
                    changes.login = chosen
                } else if generate {
                    changes.login = client.makeLogin()
                }
                let wanted = changes
                let update = CarrierUpdate<CredentialNoun>(
                    object: credential, changes: try client.differences(credential, wanted),
                    more: wanted.login == nil ? [] : ["password: new"], stdoutIsTaken: output.isStdout)
                let status = try await update.run(consent, preview, client: client, printer: printer) {
                    try await client.update(credential, wanted)
                }
                return (status, wanted.login?.password)
            }
        }
    }
}
