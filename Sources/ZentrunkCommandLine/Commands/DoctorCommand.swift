import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkDoctor
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// `zentrunk doctor vapi`
struct DoctorCommand: RunnableCommand, ConnectionCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check whether calls go through, and if not, who has to act and what to do.",
        discussion: """
            Looks at this machine, the account, the objects at Plivo and at the platform, whether both halves agree, the SIP \
            hosts, and the last calls. Sends only reads to the vendors, and one OPTIONS request to each SIP host. Without a \
            platform, checks every connection in this machine's journal. With --number, checks what the number leads to, \
            whoever set it up.

            Exits with 8 unless everything is ready; warnings do not count.

            zentrunk doctor vapi --name support
            zentrunk doctor --number +14155550100 --html report.html
            """)

    @Argument(
        help: "Only connections of this platform, or one connection as in vapi/main.",
        completion: Offer.platforms.completion)
    var connection: String?
    @Option(help: "Only the connection of this name.", completion: Offer.names.completion) var name: String?
    @Option(
        help: ArgumentHelp("Check what this number leads to.", valueName: "number"),
        completion: Offer.numbers.completion)
    var number: String?
    @Option(help: "The platform's region.") var region: String?
    @Flag(inversion: .prefixedNo, help: "Send one OPTIONS request to each SIP host.") var wire = true
    @Option(
        help: ArgumentHelp("Write a page for a browser into a new file.", valueName: "file"), completion: .file())
    var html: String?
    @OptionGroup var account: AccountOptions
    @OptionGroup var journal: JournalOptions
    @Flag(help: "Print one JSON object on stdout, also on failure.") var json = false

    var usesJournal: Bool { journal.journal }

    func validate() throws {
        guard number == nil || (connection == nil && name == nil) else {
            throw ValidationError("--number finds the connection by itself: give it without a platform and a name")
        }
    }

    func execute() async throws -> ExitStatus {
        let filter = try ConnectionFilter(connection, name: name)
        let wanted = try number.map { text throws(ZentrunkError) in
            do { return try PhoneNumber(text) } catch { throw ZentrunkError.explaining(error) }
        }
        return try await inSession(journal: .reading) { session in
            let values: [String: ParameterValue] = region.map { ["region": .text($0)] } ?? [:]
            let doctor = try await session.doctor(wire: wire)
            let diagnoses: [Diagnosis] = try await session.progress.reading { _ in
                if let wanted { return [try await doctor.diagnose(wanted)] }
                var found: [Diagnosis] = []
                for target in try await session.connections(filter) {
                    found.append(
                        try await doctor.diagnose(
                            Platform(target.adapter), target.name, settings: session.settings(of: target.adapter),
                            values: values))
                }
                return found
            }
            if let html {
                // Nothing is printed if the page cannot be written.
                try WholeFile(html).finish(DiagnosisPage(diagnoses).text)
            }
            if json {
                JSONOutput.print([
                    "outcome": .string(diagnoses.worst?.word ?? "ready"),
                    "diagnoses": .array(diagnoses.map { .object($0.document) }),
                ])
            } else if diagnoses.isEmpty {
                Terminal.err("no connections in this machine's journal: name one, or a number with --number")
            } else {
                for (index, diagnosis) in diagnoses.enumerated() {
                    if index > 0 { Terminal.out("") }
                    Terminal.out(lines: DiagnosisPicture(diagnosis).lines)
                }
            }
            return ExitStatus(diagnoses)
        }
    }
}

extension ExitStatus {
    /// The status of diagnoses: what could not be read counts as found, because nothing vouches for it.
    fileprivate init(_ diagnoses: [Diagnosis]) {
        let isReady = diagnoses.allSatisfy { if case .ready = $0.verdict { true } else { false } }
        self = isReady ? .done : .found
    }
}

extension [Diagnosis] {
    /// The worst verdict.
    fileprivate var worst: Diagnosis.Verdict? {
        func weight(_ verdict: Diagnosis.Verdict) -> Int {
            switch verdict {
            case .ready: 0
            case .cannotBeTold: 1
            case .willFail: 2
            }
        }
        return map(\.verdict).max { weight($0) < weight($1) }
    }
}

extension Diagnosis {
    /// The diagnosis with the steps for people.
    var document: JSONObject {
        var members = json
        members["checks"] = .array(checks.map { $0.json.document(adding: ["next": $0.remedies.steps]) })
        members["next"] = (decisive?.remedies ?? []).steps
        return members
    }
}
