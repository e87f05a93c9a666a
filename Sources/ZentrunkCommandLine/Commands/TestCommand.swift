import ArgumentParser
import ZentrunkCallTest
@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// `zentrunk test outbound|inbound`
struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Make a real call over a connection, and explain how it ended.",
        discussion: """
            A test call rings at a phone and costs money, so it asks first. It is placed once: if the answer is lost, the call \
            is looked up at the platform and in Plivo's records, and never placed again. Exits with 8 unless the call was \
            answered.

            zentrunk test outbound vapi --to +442079460000
            zentrunk test inbound vapi
            """, subcommands: [Outbound.self, Inbound.self])

    /// What both directions share.
    struct Options: ParsableArguments {
        @Argument(help: "The platform.", completion: Offer.platforms.completion) var platform: String
        @Option(help: "The connection's name.", completion: Offer.names.completion) var name = "main"
        @Option(help: "The platform's region.") var region: String?
        @Option(
            help: ArgumentHelp("The longest duration of the call, from 10 to 300.", valueName: "seconds"))
        var seconds = 30
        @OptionGroup var consent: ConsentOptions
        @OptionGroup var account: AccountOptions
        @OptionGroup var journal: JournalOptions
        @Flag(help: "Print one JSON object on stdout, also on failure.") var json = false

        func validate() throws {
            guard !(10...300).contains(seconds) else { return }
            throw ValidationError("--seconds takes whole seconds from 10 to 300, not \(seconds)")
        }

        var request: ConnectionRequest {
            get throws {
                ConnectionRequest(
                    name: try ConnectionName(name), values: region.map { ["region": .text($0)] } ?? [:])
            }
        }
    }

    struct Outbound: RunnableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let the platform call a phone.",
            discussion: """
                The platform calls --to from a number of the connection, and its agent talks to whoever answers. The agent's own \
                number is the caller id.

                zentrunk test outbound elevenlabs --to +442079460000 --seconds 20
                """)

        @OptionGroup var options: Options
        @Option(help: "The phone to call, in E.164 form.") var to: String
        @Option(
            help: "The connection's number to call from; the first one by default.",
            completion: Offer.remembered.completion)
        var from: String?

        var stopping: String { "the call goes on until it ends by itself" }
        var afterwards: [Remedy] { [.line("zentrunk show \(options.platform) --name \(options.name)")] }

        func execute() async throws -> ExitStatus {
            let phone = try TestRun.phone(to)
            return try await TestRun.inSession(options) { session, run in
                let number = try run.number(from)
                guard phone != number else {
                    throw ZentrunkError(.invalid, "--to is the number that calls: give the number of another phone")
                }
                guard let caller = run.caller(number), let id = caller.id, let fields = caller.liveFields else {
                    throw ZentrunkError(
                        .invalid, "\(run.connection) has nothing at \(run.platform.title) that can call from \(number)",
                        remedies: [.line("zentrunk show \(options.platform) --name \(options.name)")])
                }
                try await Consent(
                    action:
                        "let \(run.platform.title) call \(phone) from \(number), for at most \(options.seconds) seconds, "
                        + "which costs money at \(run.platform.title) and at Plivo"
                ).require(yes: options.consent.yes)
                return try await run.test(session).outbound(
                    CallOrder(
                        objectID: id, fields: fields, number: number, to: phone, longest: options.seconds, ringing: 45,
                        reference: "zentrunk-test-\(UTCTime.now.microseconds)"))
            }
        }
    }

    struct Inbound: RunnableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Wait for a call to a number of the connection.",
            discussion: """
                Prints the number to call and waits. With --from, Plivo's Voice API calls it from another number of the account; \
                whether such a call enters the trunk is not documented, so a call from a phone proves more.

                zentrunk test inbound livekit
                zentrunk test inbound livekit --from +14155550101
                """)

        @OptionGroup var options: Options
        @Option(
            help: "The connection's number to call; the first one by default.", completion: Offer.remembered.completion)
        var to: String?
        @Option(help: "A number of the Plivo account that calls, through Plivo's Voice API.") var from: String?
        @Option(help: ArgumentHelp("How long to wait for the call, from 1 to 3600.", valueName: "seconds")) var wait =
            120

        var stopping: String { "the call goes on until it ends by itself" }
        var afterwards: [Remedy] { [.line("zentrunk show \(options.platform) --name \(options.name)")] }

        func validate() throws {
            guard !(1...3600).contains(wait) else { return }
            throw ValidationError("--wait takes whole seconds from 1 to 3600, not \(wait)")
        }

        func execute() async throws -> ExitStatus {
            let caller = try from.map { try TestRun.phone($0) }
            return try await TestRun.inSession(options) { session, run in
                let number = try run.number(to)
                guard caller != number else {
                    throw ZentrunkError(
                        .invalid, "--from is the number that is called: give another one of the account")
                }
                if let caller {
                    try await Consent(
                        action:
                            "let Plivo call \(number) from \(caller), for at most \(options.seconds) seconds, which costs "
                            + "money at Plivo, for both legs, and at \(run.platform.title)"
                    ).require(yes: options.consent.yes)
                }
                let account = try caller.map { _ in try session.carrier(sendingOnce: true) }
                let query = CallQuery(
                    isInbound: true, number: number, objectID: run.caller(number)?.id, since: 0)
                let longest = options.seconds
                var dial: (@Sendable () async throws -> Void)?
                if let caller, let account {
                    dial = { try await account.callByVoice(number, from: caller, longest: longest) }
                }
                return try await run.test(session).inbound(
                    query, from: caller, longest: longest, within: .seconds(wait), dial: dial)
            }
        }
    }
}

/// A test of a connection that was read.
struct TestRun: Sendable {
    let connection: String
    let platform: Platform
    private let plan: Plan
    private let placing: any PlatformCalls
    private let reading: any PlatformCalls

    /// Reads the connection, runs the test and prints its result.
    static func inSession(
        _ options: TestCommand.Options, _ work: @Sendable @escaping (Session, TestRun) async throws -> CallTestResult
    ) async throws -> ExitStatus {
        let adapter = try AdapterRegistry.adapter(options.platform)
        let request = try options.request
        // A platform may answer only when the phone is answered, so one request may take as long as it rings.
        return try await Session.run(
            sandbox: options.account.sandbox, remembering: options.journal.journal, journal: .reading,
            timeout: options.account.requestTimeout ?? .seconds(120)
        ) { session in
            let connector = try session.connector(adapter)
            let plan: Plan
            do {
                plan = try await session.progress.reading { try await connector.plan(request, reporting: $0) }
            } catch let error as ZentrunkError where error.code == .noNumber {
                throw ZentrunkError(
                    .notFound, "no connection \(adapter.platform.id)/\(request.name) was found",
                    remedies: [.line("zentrunk list")])
            }
            let selecting = adapter.platform.accountParameters
            let values = plan.connection.values.filter { selecting.contains($0.key) }
            guard let placing = try session.adapter(adapter, values: values, sendingOnce: true).calls,
                let reading = try session.adapter(adapter, values: values).calls
            else {
                throw ZentrunkError(
                    .unsupported, "test calls over \(adapter.platform.title) are not supported: call a number by hand")
            }
            let run = TestRun(
                connection: "\(plan.connection.platform)/\(plan.connection.name)", platform: Platform(adapter),
                plan: plan, placing: placing, reading: reading)
            let result = try await work(session, run)
            if options.json {
                JSONOutput.print(
                    result.json.merging([
                        "connection": .string(plan.connection.name.description),
                        "platform": .string(plan.connection.platform.description),
                    ]))
            } else {
                Terminal.out(lines: TestPage(result: result, title: run.platform.title).lines(Style()))
            }
            return result.verdict == .works ? .done : .found
        }
    }

    /// Parses a number.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`.
    static func phone(_ text: String) throws(ZentrunkError) -> PhoneNumber {
        do { return try PhoneNumber(text) } catch { throw ZentrunkError(error) }
    }

    /// Returns the number that was asked for, or the connection's first one.
    func number(_ text: String?) throws -> PhoneNumber {
        let numbers = plan.connection.numbers
        guard let text else {
            guard let first = numbers.first else { throw ZentrunkError(.invalid, "\(connection) has no number") }
            return first
        }
        let number = try Self.phone(text)
        guard numbers.contains(number) else {
            throw ZentrunkError(
                .invalid,
                "\(number) is not a number of \(connection), which has \(numbers.map(\.e164).joined(separator: ", "))")
        }
        return number
    }

    /// The object from which calls of the number are placed.
    func caller(_ number: PhoneNumber) -> PlannedResource? {
        plan.resources.first { resource in
            resource.kind == reading.callerKind && resource.id != nil
                && (resource.instance.number == nil || resource.instance.number == number)
        }
    }

    func test(_ session: Session) throws -> CallTest {
        let title = platform.title
        return CallTest(
            platform: platform, placing: placing, reading: reading,
            records: ZentrunkClient(try session.carrier()).calls, causes: try CauseTable.bundled
        ) { event in
            Terminal.err("  \(TestPage.sentence(event, title))")
        }
    }
}

/// The result of a test as it is printed.
struct TestPage {
    let result: CallTestResult
    /// The platform's name.
    let title: String

    func lines(_ style: Style) -> [String] {
        let from = result.from.map { " from \($0)" } ?? ""
        let call = "the call\(from) to \(result.to)"
        var lines: [String] = []
        switch result.verdict {
        case .works: lines.append("\(style.good("✓")) \(call) was answered\(duration)")
        case .noAnswer:
            lines.append("\(style.warning("!")) \(call) was not answered, and both sides work as far as it went")
        case .failed: lines.append("\(style.bad("✗")) \(call) failed")
        case .unknown:
            let state = result.call.map { "\(call) is still \($0.stage.rawValue) at \(title)" }
            lines.append(
                "\(style.warning("?")) \(state ?? "neither \(title) nor Plivo shows a call to \(result.to) so far")")
        }
        if let cause = result.causes.first {
            lines.append("  cause: \(cause.meaning)")
            lines.append("  owner: \(cause.owner.rawValue)")
            if !cause.step.isEmpty { lines.append("  next: \(cause.step)") }
        }
        if let call = result.call { lines.append("  \(title): \(Self.words(call))") }
        if !result.messages.isEmpty { lines.append("  \(title)'s SIP messages: \(Self.words(result.messages))") }
        lines.append("  Plivo: \(record)")
        lines += result.unread.map { "  not read: \($0)" }
        return lines
    }

    private var duration: String {
        result.record?.duration.map { ", for \($0.components.seconds) s" } ?? ""
    }

    private var record: String {
        guard let record = result.record else { return "no record yet; it can take minutes after the call" }
        let code = record.hangupCode.map { "\($0) " } ?? ""
        let source = record.hangupSource.map { ", ended by \($0.rawValue)" } ?? ""
        return "\(code)\(record.hangupName ?? "")\(source), record \(record.id)"
    }

    private static func words(_ call: SeenCall) -> String {
        let parts = [
            call.stage.rawValue, call.sipStatus.map { "SIP \($0)" }, call.ending?.code, call.words,
        ].compactMap(\.self)
        return parts.joined(separator: ", ")
    }

    private static func words(_ messages: [SeenMessage]) -> String {
        messages.map { message in
            let text = message.status.map { "\($0) \(message.phrase ?? "")" } ?? message.method ?? message.error ?? "?"
            return message.isIncoming ? "← \(text)" : "\(text) →"
        }.joined(separator: ", ")
    }

    /// What happens, for people who wait.
    static func sentence(_ event: CallTestEvent, _ title: String) -> String {
        switch event {
        case .armed(let number): "call \(number) now"
        case .calling(let from, let to): "Plivo calls \(to) from \(from)"
        case .dialling(let from, let to): "\(title) calls \(to) from \(from)"
        case .lost(let reason): "the answer was lost, so the call is looked up: \(reason)"
        case .seen(let call): "\(title): \(words(call))"
        case .notArrived: "no call arrived at \(title)"
        case .recordPending: "waiting for Plivo's record"
        case .messagesPending: "waiting for \(title)'s SIP messages"
        case .messages(let messages): "\(title): \(words(messages))"
        case .record(let record): "Plivo: record \(record.id)"
        }
    }
}
