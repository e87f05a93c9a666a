@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal

/// A past run for people and programs: what was intended, what happened and what is left.
struct RunText {
    let entry: RunEntry
    let writes: [PastWrite]

    /// - Throws: ``ZentrunkError`` `notFound` if the journal does not have the run, `invalid` if the id is not valid.
    static func read(_ id: String, _ journal: (any Journal)? = nil) async throws -> RunText {
        let known: any Journal
        if let journal { known = journal } else { known = try SQLiteJournal.ofThisMachine() }
        guard let run = try await known.run(id) else {
            guard RunID.isOne(id) else {
                throw ZentrunkError(.invalid, "\"\(id)\" is not a valid run id", remedies: [.listRuns])
            }
            throw ZentrunkError(.notFound, "run \(id) is not in this machine's journal", remedies: [.listRuns])
        }
        // The lock of a later run does not show whether an earlier run without an end is still working.
        let last = run.outcome == nil ? try await known.runs(of: run.record.identity).last : nil
        return RunText(
            entry: try await RunEntry(run, isLast: last?.record.id == id, known), writes: try await known.writes(of: id)
        )
    }

    /// Whether the run was completed or fully rolled back.
    var isSettled: Bool { ["done", "undone"].contains(entry.outcome) }

    /// The writes that the run did not roll back, according to the journal; empty once the run is settled.
    var left: [PastWrite] {
        guard !isSettled else { return [] }
        return writes.filter { write in
            guard write.mayHaveHappened else { return false }
            let later = writes.filter { $0.intent.sequence > write.intent.sequence && $0.outcome?.isDone == true }
            switch (write.intent.deed, write.outcome) {
            case (.remove, _): return write.outcome == nil
            case (.make, .done(let id)?):
                return !later.contains { $0.intent.deed == .remove && $0.intent.id == id }
            case (.make, _): return true
            default:
                // A restore by undo settles the earlier write of the same object and itself.
                let isFirst = !writes.contains {
                    $0.intent.sequence < write.intent.sequence && $0.intent.deed != .make
                        && $0.intent.kind == write.intent.kind && $0.intent.id == write.intent.id
                }
                return isFirst
                    && !later.contains {
                        ($0.intent.deed.restores || $0.intent.deed == .remove) && $0.intent.id == write.intent.id
                            && $0.intent.kind == write.intent.kind
                    }
            }
        }
    }

    func lines(_ style: Style) -> [String] {
        let run = entry.run
        var lines = [
            style.strong("run \(run.record.id)") + ": \(run.record.operation.rawValue) \(entry.name)",
            "  begun \(run.begun.map(LocalTime.text) ?? "at an unknown time")"
                + (run.ended.map { ", ended \(LocalTime.text($0))" } ?? "") + ": \(entry.outcome)",
        ]
        if let remark = entry.holder?.description ?? run.remark { lines.append("  \(remark)") }
        lines += writes.map { line($0, style) }
        if writes.isEmpty { lines.append("  nothing was written") }
        if !left.isEmpty {
            lines.append("Left:")
            lines += left.map { "  - \(Self.what($0))" }
            lines.append("Next: zentrunk undo \(run.record.id) undoes it; \(again) resumes it.")
        }
        return lines
    }

    private var again: String {
        let identity = entry.run.record.identity
        return "zentrunk \(entry.run.record.operation.rawValue) \(identity.platform) --name \(identity.name)"
    }

    private func line(_ write: PastWrite, _ style: Style) -> String {
        let (mark, end): (String, String) =
            switch write.outcome {
            case .done(let id)?: (style.good("✓"), style.faint(id))
            case .notDone(let reason)?: (style.bad("✗"), "not done: \(reason)")
            case .unknown(let reason)?: (style.warning("?"), "outcome unknown: \(reason)")
            case nil: (style.warning("?"), entry.holder == nil ? "outcome not recorded" : "under way")
            }
        return "  \(mark) \(write.intent.deed.word.padding(to: 9))"
            + write.intent.instance.description.padding(to: 24) + end
    }

    /// `trunk of inbound-trunk (zentrunk.trunk 123) was created`
    private static func what(_ write: PastWrite) -> String {
        let id: String? = if case .done(let id)? = write.outcome { id } else { write.intent.id }
        let object = "\(write.intent.instance) (\(write.intent.kind)\(id.map { " \($0)" } ?? ""))"
        let certainly = write.outcome?.isDone == true
        let happened = certainly ? "was" : "may have been"
        switch write.intent.deed {
        case .make: return "\(object) \(happened) created"
        case .rename, .change, .setRoute, .moveRoute: return "\(object) \(happened) changed"
        case .remove, .detachRoute: return "\(object) may have been deleted"
        case .putBack, .giveBackRoute: return "\(object) \(happened) restored"
        }
    }

    var json: JSONObject {
        var members = entry.members
        members["writes"] = .array(writes.map { .object($0.members) })
        members["left"] = .array(
            left.map { write in
                var members = write.members
                members["message"] = .string(Self.what(write))
                return .object(members)
            })
        members["next"] = left.isEmpty ? [] : [.string("zentrunk undo \(entry.run.record.id)"), .string(again)]
        return members
    }
}

extension WriteOutcome {
    var isDone: Bool { if case .done = self { true } else { false } }
}

extension PastWrite {
    /// `operation`, `key`, `kind`, the written and previous values, and the outcome.
    var members: JSONObject {
        let (word, detail): (String, String?) =
            switch outcome {
            case .done?: ("done", nil)
            case .notDone(let reason)?: ("not-done", reason)
            case .unknown(let reason)?: ("unknown", reason)
            case nil: ("open", nil)
            }
        let id: String? = if case .done(let id)? = outcome { id } else { intent.id }
        var members = intent.instance.json
        members["operation"] = .string(intent.deed.word)
        members["kind"] = .string(intent.kind)
        members["id"] = id.map { .string($0) } ?? .null
        members["fields"] = .object(intent.fields)
        members["before"] = intent.before.map { .object($0) } ?? .null
        members["outcome"] = .string(word)
        if let detail { members["detail"] = .string(detail) }
        return members
    }
}
