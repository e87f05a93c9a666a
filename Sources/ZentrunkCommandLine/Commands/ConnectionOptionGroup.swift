import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// Options of all commands that print.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON object on stdout, also on failure.") var json = false
    @Flag(help: "Print one JSON event per line on stderr instead of progress.") var events = false

    /// Whether the output is text for people.
    var isForPeople: Bool { !json && !events }
}

/// Options of all commands that contact the vendors.
struct AccountOptions: ParsableArguments {
    @Flag(help: "Use the sandbox: the running one, or a temporary one for this command.") var sandbox = false
    // A text and not an Int, so that the error for an invalid one states the range, and `-1` is read as a value.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Time limit of one request; reads are retried. Default: 60, or 30 without a byte.",
            valueName: "seconds"))
    var timeout: String?

    /// The valid time limits in seconds.
    private static let timeouts = 1...3600

    var requestTimeout: Duration? { timeout.flatMap(Self.seconds).map { .seconds($0) } }

    func validate() throws {
        guard let timeout, Self.seconds(timeout) == nil else { return }
        throw ValidationError(
            "--timeout takes whole seconds from \(Self.timeouts.lowerBound) to \(Self.timeouts.upperBound), not \"\(timeout.madeVisible())\""
        )
    }

    private static func seconds(_ text: String) -> Int? {
        Int(text.withoutMargins()).flatMap { timeouts.contains($0) ? $0 : nil }
    }
}

/// Options of commands that can run without the journal.
struct JournalOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help:
            "Use this machine's journal; without it, objects are found by name, and previous routes are unknown."
    )
    var journal = true

    /// The commands that have these options.
    static let commands = Set(
        RootCommand.configuration.subcommands.filter { CommandShape($0).option("--no-journal") != nil }
            .map { $0._commandName })
}

/// Options of commands that run on a connection.
struct RunOptions: ParsableArguments {
    @Flag(help: "If another run is working on the connection, wait until it ends.") var wait = false

    /// Claims the connection for this run.
    func claim(_ connector: Connector, _ name: ConnectionName) async throws -> RunClaim {
        guard wait else { return try await connector.claim(name) }
        return try await connector.claim(name) { Terminal.err("waiting for another run: \($0)") }
    }
}

/// The options of a connection that all platforms have.
struct ConnectionOptionGroup: ParsableArguments {
    private static var platformHelp: String { "The platform: " + AdapterRegistry.names.joined(separator: ", ") + "." }

    @Argument(help: ArgumentHelp(Self.platformHelp), completion: Offer.platforms.completion)
    var platform: String

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("A number to connect, with + and country code; repeatable.", valueName: "number"),
        completion: Offer.numbers.completion)
    var number: [String] = []

    @Option(
        help: ArgumentHelp(
            "Numbers to connect: one per line, a CSV file, or the JSON of number list; - reads stdin. Repeatable.",
            valueName: "file"),
        completion: .file())
    var numbers: [String] = []

    @Option(help: "outbound, inbound or both (default: both, or the connection's current direction).")
    var direction: String?

    @Option(
        help: "The connection's name: up to 15 of a-z, 0-9 and hyphen.", completion: Offer.names.completion)
    var name = "main"

    @Option(help: "How the platform authenticates its outbound calls to Zentrunk: ip-acl or credentials.")
    var auth: String?

    @Flag(
        inversion: .prefixedNo, help: "TLS and SRTP between Zentrunk and the platform (default: no; billed per minute)."
    )
    var secure: Bool?

    @Option(help: "The platform's region.")
    var region: String?

    @Option(
        help: ArgumentHelp("Origination URI that takes inbound calls when the platform fails.", valueName: "uri"))
    var failover: String?

    @Option(
        help: ArgumentHelp(
            "A custom template, which the connection keeps; built-in returns to the built-in one.", valueName: "file"),
        completion: .file())
    var template: String?

    @Option(
        help: ArgumentHelp(
            "Set a parameter of the template; an empty value unsets it. Repeatable.", valueName: "parameter=value"))
    var set: [String] = []

    @Flag(help: "Move numbers that are routed elsewhere; disconnect restores their routes.") var reroute = false

    @Flag(help: "Take over the platform's record of a number that has another label; disconnect restores it.")
    var adopt = false

    @Option(
        help: ArgumentHelp(
            "With --adopt: id of a record that may be deleted and created again, which cannot be undone; repeatable.",
            valueName: "id"))
    var replace: [String] = []

    @Flag(help: "Continue without the platform's objects: the key is right, and they were deleted.")
    var oneSided = false

    /// Returns the request that the options describe.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`, ``AddressError`` among its messages.
    func request() throws(ZentrunkError) -> ConnectionRequest {
        var values: [String: ParameterValue] = [:]
        func put(_ name: String, _ value: String?) {
            if let value { values[name] = ParameterValue(given: value) }
        }
        put("direction", direction)
        put("authentication", auth)
        if let secure { values["secure"] = .flag(secure) }
        put("region", region)
        put("failover", failover)
        values.merge(try Self.values(set)) { $1 }
        let name = try ConnectionName(name)
        let given = try GivenNumbers(number, files: numbers)
        return ConnectionRequest(
            name: name, numbers: given.numbers, withoutPlus: given.withoutPlus, values: values,
            mayReroute: reroute, mayAdopt: adopt, replaceable: Set(replace), mayBeOneSided: oneSided)
    }
}

extension ConnectionOptionGroup {
    /// Returns the parameters of `--set parameter=value`.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`.
    static func values(_ settings: [String]) throws(ZentrunkError) -> [String: ParameterValue] {
        var values: [String: ParameterValue] = [:]
        for setting in settings {
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ZentrunkError(.invalid, "--set takes parameter=value, not \"\(setting)\"")
            }
            values[parts[0]] = ParameterValue(given: parts[1])
        }
        return values
    }
}

extension ParameterValue {
    /// A value from the command line; nothing unsets the parameter.
    fileprivate init(given text: String) { self = text.isEmpty ? .unset : .text(text) }
}

extension ConnectionRequest {
    /// The requested direction, for a report without a plan.
    var givenDirection: [String: JSONValue] {
        values["direction"]?.text.map { ["direction": .string($0)] } ?? [:]
    }
}
