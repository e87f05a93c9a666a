import ZentrunkCore
import ZentrunkJSON
import ZentrunkJournal

/// One run, told: what was intended, what happened, what is left.
struct RunText {
    let entry: RunEntry
    let writes: [PastWrite]

    /// - Throws: ``ZentrunkError`` `notFound` when the journal does not know the run, `invalid` for what is no run's id.
    static func read(_ id: String, _ journal: (any Journal)? = nil) async throws -> RunText {
        let known: any Journal
        if let journal { known = journal } else { known = try SQLiteJournal.ofThisMachine() }
        guard let run = try await known.run(id) else {
            guard RunID.isOne(id) else {
                throw ZentrunkError(.invalid, "\"\(id)\" is not a valid run id", remedies: [.listRuns])
            }
            throw ZentrunkError(.notFound, "this machine remembers no run \(id)", remedies: [.listRuns])
        }
        // A later run's lock says nothing of an earlier one without an end.
        let last = run.outcome == nil ? try await known.runs(of: run.record.identity).last : nil
        return RunText(
            entry: try await RunEntry(run, isLast: last?.record.id == id, known), writes: try await known.writes(of: id)
        )
    }

    /// Whether the run ended with everything where it should be.
    var isSettled: Bool { ["done", "undone"].contains(entry.outcome) }

    /// What the run made or changed and did not put back, as far as the journal knows; empty once it is settled.
    var left: [PastWrite] {
        guard !isSettled else { return [] }
        return writes.filter { write in
            guard write.mayHaveHappened else { return false }
            let later = writes.filter { $0.intent.sequence > write.intent.sequence && $0.outcome?.isDone == true }
            switch (write.intent.operation, write.outcome) {
            case (.delete, _): return write.outcome == nil
            case (.create, .done(let id)?):
                return !later.contains { $0.intent.operation == .delete && $0.intent.id == id }
            case (.create, _): return true
            case (.update, _), (.restore, _):
                // Undo puts back what an earlier write changed; what is put back itself is no more left.
                let isFirst = !writes.contains {
                    $0.intent.sequence < write.intent.sequence && $0.intent.operation != .create
                        && $0.intent.kind == write.intent.kind && $0.intent.id == write.intent.id
                }
                return isFirst
                    && !later.contains {
                        [.restore, .delete].contains($0.intent.operation) && $0.intent.id == write.intent.id
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
            lines.append("Next: zentrunk undo \(run.record.id) takes it back; \(again) goes on.")
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
            case .unknown(let reason)?: (style.warning("?"), "nobody knows: \(reason)")
            case nil: (style.warning("?"), entry.holder == nil ? "what became of it was not noted" : "under way")
            }
        return "  \(mark) \(write.intent.operation.rawValue.padding(to: 9))"
            + write.intent.instance.description.padding(to: 24) + end
    }

    /// `trunk of inbound-trunk (zentrunk.trunk 123) was created`
    private static func what(_ write: PastWrite) -> String {
        let id: String? = if case .done(let id)? = write.outcome { id } else { write.intent.id }
        let object = "\(write.intent.instance) (\(write.intent.kind)\(id.map { " \($0)" } ?? ""))"
        let certainly = write.outcome?.isDone == true
        switch write.intent.operation {
        case .create: return "\(object) \(certainly ? "was" : "may have been") created"
        case .update: return "\(object) \(certainly ? "was" : "may have been") changed"
        case .delete: return "\(object) may have been deleted"
        case .restore: return "\(object) \(certainly ? "was" : "may have been") put back"
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
    /// `operation`, `key`, `kind`, what was written, what was before, and what became of it.
    var members: JSONObject {
        let (word, detail): (String, String?) =
            switch outcome {
            case .done?: ("done", nil)
            case .notDone(let reason)?: ("not-done", reason)
            case .unknown(let reason)?: ("unknown", reason)
            case nil: ("open", nil)
            }
        let id: String? = if case .done(let id)? = outcome { id } else { intent.id }
        var members = intent.instance.members
        members["operation"] = .string(intent.operation.rawValue)
        members["kind"] = .string(intent.kind)
        members["id"] = id.map { .string($0) } ?? .null
        members["fields"] = .object(intent.fields)
        members["before"] = intent.before.map { .object($0) } ?? .null
        members["outcome"] = .string(word)
        if let detail { members["detail"] = .string(detail) }
        return members
    }
}
