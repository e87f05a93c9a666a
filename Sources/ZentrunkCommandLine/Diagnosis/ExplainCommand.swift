import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkJSON

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `zentrunk explain 4150`
struct ExplainCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain a hangup code, a SIP status or a vendor's phrase, offline.",
        discussion: """
            Prints every known cause: whose it is to fix, the next step, and the evidence. Needs no key and no network. A text \
            without a known cause is unknown and gets no meaning; the exit code is then 8.

            zentrunk explain 4150 --direction inbound
            zentrunk explain 404 Does not match any SIP Trunks
            cut -f3 hangups.tsv | zentrunk explain - --json
            """)

    /// The direction of a call.
    enum Direction: String, Choice { case inbound, outbound }

    @Argument(
        help: ArgumentHelp(
            "A code, a status or a phrase; several words make one phrase. - explains each line of stdin.",
            valueName: "code"))
    var words: [String]
    @Option(help: "Only causes of calls in this direction: inbound or outbound.") var direction: Direction?
    @Option(help: "Only causes that can occur with this platform.", completion: Offer.platforms.completion)
    var platform: String?
    @Flag(help: "Print one JSON object on stdout, also on failure.") var json = false

    /// The longest input on stdin, in bytes.
    private static let longest = 1 << 20

    func execute() async throws -> ExitStatus {
        let platform = try platform.map { (name) throws(ZentrunkError) in
            try AdapterRegistry.adapter(name).platform.id
        }
        let queries = words == ["-"] ? try Self.lines() : [words.joined(separator: " ")]
        let table = try CauseTable.bundled
        let direction = direction.flatMap { Cause.Direction(rawValue: $0.rawValue) } ?? .any
        let explanations = queries.map { table.explain($0, direction: direction, platform: platform) }
        let isKnown = explanations.allSatisfy(\.isKnown)
        if json {
            JSONOutput.print([
                "outcome": isKnown ? "done" : "unknown", "explanations": .array(explanations.map { .object($0.json) }),
            ])
        } else {
            let page = ExplanationText(style: Style(), width: TextTable.terminalWidth)
            for (index, explanation) in explanations.enumerated() {
                if index > 0 { Terminal.out("") }
                Terminal.out(lines: page.lines(explanation))
            }
        }
        // A script must not take an unknown text for an explained one.
        return isKnown ? .done : .found
    }

    /// Returns the lines of stdin that are not empty.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`.
    private static func lines() throws(ZentrunkError) -> [String] {
        guard let bytes = InputFile.contents(of: STDIN_FILENO, limit: longest) else {
            throw ZentrunkError(.invalid, "stdin cannot be read: \(String(cString: strerror(errno)))")
        }
        guard bytes.count <= longest else {
            throw ZentrunkError(.invalid, "stdin has more than 1 MiB", remedies: [.advice("pass fewer lines at once")])
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { String($0).withoutMargins() }.filter { !$0.isEmpty }
        guard !lines.isEmpty else { throw ZentrunkError(.invalid, "stdin has no lines to explain") }
        return lines
    }
}
