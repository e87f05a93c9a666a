import ArgumentParser
import Dispatch
@_spi(Adapter) import ZentrunkCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The option of every command that changes or deletes something live.
struct ConsentOptions: ParsableArguments {
    @Flag(name: [.customShort("y"), .long], help: "Apply changes to live objects without asking.") var yes = false
}

/// The option of every command that writes to a vendor.
struct DryRunOptions: ParsableArguments {
    @Flag(help: "Show what would be done, send only reads, and exit like plan.") var dryRun = false
}

/// The one rule of consent: what changes or deletes something live is confirmed on the terminal, or agreed to with `--yes`.
///
/// The terminal is the controlling one, wherever stdin, stdout and stderr go. A process without one, as under cron or in CI,
/// needs `--yes`.
struct Consent: Sendable {
    /// The action, as in "delete 7 objects and restore 1 route".
    let action: String
    /// Lines to show on the terminal above the question if stderr does not show them.
    var details: [String] = []

    /// - Throws: ``ZentrunkError`` `consent` without a terminal, ``Declined`` when the answer is not yes.
    ///
    /// - Returns: Whether a person was asked.
    @discardableResult
    func require(yes: Bool) async throws -> Bool {
        guard !yes else { return false }
        let question = "\(action.prefix(1).uppercased())\(action.dropFirst())? [y/N] "
        guard let answer = await ControllingTerminal.ask(question, below: details) else {
            throw ZentrunkError(
                .consent, "confirmation is needed to \(action), and no terminal is available to ask",
                remedies: [.allow(.changes)])
        }
        guard ["y", "yes"].contains(answer.lowercased()) else { throw Declined() }
        return true
    }
}

/// The error of a question that was not answered with yes.
struct Declined: Error {
    /// The error for programs.
    var error: ZentrunkError { ZentrunkError(.consent, Self.words) }

    static let words = "Not confirmed; nothing was changed."
}

extension Plan {
    /// Asks before live objects change. Does not ask about a plan with collisions, which cannot run.
    ///
    /// - Parameters:
    ///   - isShown: Whether the plan can be seen on stderr already.
    ///   - planAgain: Makes the same plan from what is live by the time of the answer: a question may stay open for long.
    func requireConsent(yes: Bool, isShown: Bool, planAgain: () async throws -> Plan) async throws {
        guard needsConsent, collisions.isEmpty else { return }
        var consent = consent
        if !isShown || !Terminal.isSeen { consent.details = PlanPicture(self, style: Style(false)).lines }
        guard try await consent.require(yes: yes) else { return }
        guard try await planAgain().digest == digest else {
            throw ZentrunkError(
                .planChanged, "something changed while the question was open, so nothing was done",
                remedies: [.retry(after: .zero)])
        }
    }

    /// What the plan does to live objects, in words. A replacement begins by renaming the old object.
    var consent: Consent {
        var counts: [(verb: String, count: Int, noun: String, tail: String)] = [
            ("delete", 0, "object", ""), ("replace", 0, "object", ""), ("change", 0, "object", ""),
            ("reroute", 0, "number", ""), ("restore", 0, "object", ""), ("restore", 0, "route", ""),
        ]
        for resource in resources {
            switch resource.deeds.first {
            case .make?, .setRoute?, nil: continue
            case .remove?: counts[0].count += 1
            case .rename?: counts[1].count += 1
            case .change?: counts[2].count += 1
            case .moveRoute?: counts[3].count += 1
            case .putBack?: counts[4].count += 1
            case .giveBackRoute?, .detachRoute?: counts[5].count += 1
            }
        }
        let parts = counts.filter { $0.count > 0 }.map { part in
            "\(part.verb) \(part.count) \(part.noun)\(part.count == 1 ? "" : "s")\(part.tail)"
        }
        let start = parts.dropLast().joined(separator: ", ")
        return Consent(action: start.isEmpty ? parts.last ?? "continue" : "\(start) and \(parts.last ?? "")")
    }
}

/// The terminal from which this process was started, and whose Ctrl-C it gets.
enum ControllingTerminal {
    /// Asks a question and waits for a line.
    ///
    /// Discards input that was typed before the question. Waits on a thread of its own; a signal during the wait ends the
    /// process, see ``Interruption``.
    ///
    /// - Returns: The line without blanks around it, empty at the end of input; nil without a terminal.
    static func ask(_ question: String, below lines: [String] = []) async -> String? {
        let file = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let text = lines.map { Terminal.visible($0) + "\n" }.joined() + Terminal.visible(question)
        Terminal.clearDrawnLine()
        Interruption.note(question: file)
        let answer = await withCheckedContinuation { continuation in
            DispatchQueue(label: "zentrunk.question").async {
                // The lines first, so that input typed while they appear is discarded.
                tcflush(file, TCIFLUSH)
                let isShown = write(text, to: file)
                continuation.resume(returning: isShown ? line(from: file) : nil)
            }
        }
        Interruption.note(question: nil)
        return answer
    }

    /// Writes a line to the terminal if stderr does not show it.
    static func show(_ line: String, at file: Int32) {
        _ = write("\n" + (Terminal.isOnTerminal ? "" : Terminal.visible(line) + "\n"), to: file)
    }

    private static func write(_ text: String, to file: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            #if canImport(Glibc)
                let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            #else
                let count = bytes.withUnsafeBytes { Darwin.write(file, $0.baseAddress, $0.count) }
            #endif
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    private static func line(from file: Int32) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < 1024 {
            let count = read(file, &byte, 1)
            if count < 0, errno == EINTR { continue }
            // At the end of input the cursor is still on the question's line.
            if count < 1 { _ = write("\n", to: file) }
            guard count == 1, byte != UInt8(ascii: "\n") else { break }
            bytes.append(byte)
        }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return words.joined(separator: " ")
    }
}
