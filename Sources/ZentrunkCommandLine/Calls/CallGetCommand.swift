import ArgumentParser
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// `zentrunk calls get UUID`
struct CallGetCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show a call with its quality, and the cause of its hangup.",
        discussion: """
            Quality figures are those that Plivo measured. The SIP messages of a call are on its debug page in Plivo's console \
            only.

            zentrunk calls get 5a6b7c8d-9e0f-4a1b-8c2d-3e4f5a6b7c8d
            """)

    @Argument(help: "Plivo's id of the call, the member call_uuid of its record.") var uuid: String
    @OptionGroup var account: AccountOptions
    @Flag(help: "Print one JSON object on stdout, also on failure.") var json = false

    func execute() async throws -> ExitStatus {
        let id = uuid.withoutMargins()
        guard id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), OriginationURI.masked(id) == id else {
            throw ZentrunkError(
                .invalid, "\"\(OriginationURI.masked(id).madeVisible())\" is not the id of a call",
                remedies: [.line("zentrunk calls list")])
        }
        let table = try CauseTable.bundled
        return try await Session.run(
            sandbox: account.sandbox, journal: .none, timeout: account.requestTimeout
        ) { session in
            let calls = try ZentrunkClient(session.carrier()).calls
            return try await session.progress.reading { _ in
                async let quality = calls.insights(id: id)
                guard let record = try await calls.get(id: id) else { throw Self.missing(id) }
                let call = ExplainedCall(record, table)
                let insights = try await quality
                if json {
                    JSONOutput.print([
                        "call": .object(record.members), "successful": .bool(record.isSuccessful),
                        "insights": insights.map { .object($0.fields) } ?? .null,
                        "causes": .array(call.causes.map { .object($0.json) }),
                    ])
                } else {
                    Terminal.out(lines: CallPage(call: call, insights: insights).lines(Style()))
                }
                return .done
            }
        }
    }

    /// The records of two products have ids of the same form, and neither product has the other's.
    private static func missing(_ id: String) -> ZentrunkError {
        ZentrunkError(
            .notFound,
            "Plivo has no trunk call with the id \(id). It may be a call of Plivo's Voice API, whose records are separate, a call whose record has not appeared yet, or one from more than 90 days ago",
            at: .carrier, status: 404, remedies: [.line("zentrunk calls list --since 2h")])
    }
}

/// One call as `calls get` prints it.
struct CallPage {
    let call: ExplainedCall
    let insights: CallInsights?

    func lines(_ style: Style) -> [String] {
        let record = call.record
        var lines = [style.strong("call \(record.id)")]
        func add(_ title: String, _ text: String?) { if let text { lines.append("  \(title.padding(to: 20))\(text)") } }
        func party(_ number: PhoneNumber?, _ raw: String, _ country: String?) -> String? {
            (number?.e164 ?? record.fields[raw]?.string).map { $0 + (country.map { " (\($0))" } ?? "") }
        }
        add("direction:", record.direction?.rawValue)
        add("from:", party(record.from, "from_number", record.fromCountry))
        add("to:", party(record.to, "to_number", record.toCountry))
        add("set up:", record.initiated.map { "\($0) UTC" })
        if record.isAnswered { add("answered:", record.answered.map { "\($0) UTC" }) }
        add("ended:", record.ended.map { "\($0) UTC" })
        add("time on the line:", record.duration.map(\.clock))
        add("billed:", record.billedDuration.map { "\($0.clock), USD \(amount(record))" })
        add("trunk:", record.trunkDomain)
        add("transport:", transport(record))
        add("Call-ID:", record.sipCallID)
        add("caller id:", verification(record))
        add(
            "hangup:", [record.hangupCode.map(String.init), record.hangupName].compactMap { $0 }.joined(separator: " "))
        add("ended by:", record.hangupSource?.rawValue)
        lines += quality(style) + explanation(style)
        return lines
    }

    /// The amount as Plivo wrote it, also if it has more digits than can be added.
    private func amount(_ record: CallRecord) -> String {
        let text = record.totalAmount?.text ?? (record.fields["total_amount"] ?? .null).cellText
        return text.isEmpty ? "?" : text
    }

    private func transport(_ record: CallRecord) -> String? {
        guard let transport = record.transport else { return nil }
        return transport.rawValue
            + (record.isMediaEncrypted.map { $0 ? ", media encrypted" : ", media not encrypted" } ?? "")
    }

    private func verification(_ record: CallRecord) -> String? {
        record.verification.map { $0.rawValue + (record.attestation.map { ", attestation \($0)" } ?? "") }
    }

    private func quality(_ style: Style) -> [String] {
        guard let insights else { return ["  quality: Plivo has no figures of this call"] }
        let figures: [(String, ExactDecimal?, String)] = [
            ("quality score", insights.score, insights.quality.map { " of 5, \($0.rawValue)" } ?? ""),
            ("post dial delay", insights.postDialDelayMilliseconds, " ms"),
            ("round trip", insights.roundTripMilliseconds, " ms"), ("jitter", insights.jitterMilliseconds, " ms"),
            ("packet loss", insights.packetLossPercent, " %"),
        ]
        return ["  quality:"]
            + figures.map { title, value, unit in
                "    \(title.padding(to: 18))\(value.map { $0.text + unit } ?? style.faint("not measured"))"
            }
    }

    private func explanation(_ style: Style) -> [String] {
        guard !call.causes.isEmpty else {
            return ["\(style.warning("!")) \(call.phrase)"]
        }
        return call.causes.flatMap { cause -> [String] in
            let isFailure = !call.record.isSuccessful
            let mark = isFailure ? style.bad("✗") : style.good("✓")
            let owner = cause.owner == .none || cause.owner == .unknown ? "" : "\(cause.owner.rawValue): "
            var lines = ["\(mark) \(owner)\(cause.meaning)"]
            if !call.record.isAnswered, call.record.hangupCode == 3000 || call.record.hangupCode == 3010 {
                lines = ["\(style.bad("✗")) The code is that of an answered call, but the call lasted 0 s."]
            }
            if isFailure, cause.owner != .none { lines.append("  next: \(cause.step)") }
            return lines
        }
    }
}
