import ZentrunkJSON

/// Finds out what became of the writes of a run that died, by the rules by which a run settles its own: a create is looked for
/// by name, everything else is read and compared.
struct OpenWrites: Sendable {
    let kinds: KindTable
    let journal: any Journal

    /// The run's writes, each with its outcome as far as it can be found out; those are noted.
    ///
    /// - Parameter alsoUnknown: Whether to look again at what nobody could find out then.
    /// - Throws: The errors of reads and of the journal.
    func settle(_ run: PastRun, alsoUnknown: Bool = false) async throws -> [PastWrite] {
        let writes = try await journal.writes(of: run.record.id)
        // What a later write of the run is about is known by that one.
        let last = Dictionary(writes.map { ($0.intent.object, $0.intent.sequence) }) { max($0, $1) }
        return try await concurrently(writes) { write in
            let isOpen = if case .unknown? = write.outcome { alsoUnknown } else { write.outcome == nil }
            guard isOpen else { return write }
            var settled = write
            let isLast = write.intent.object == nil || last[write.intent.object] == write.intent.sequence
            let outcome = isLast ? try await outcome(of: write.intent, in: run) : .unknown("it was written again")
            settled.outcome = outcome
            try await journal.settle(write.intent, outcome, in: run.record)
            return settled
        }
    }

    private func outcome(of intent: WriteIntent, in run: PastRun) async throws -> WriteOutcome {
        let kind = try kinds.kind(intent.kind)
        switch intent.operation {
        case .create:
            guard intent.name != nil else { return .unknown("it needs a name, by which it is found") }
            let connection = run.record.connection
            let query = ResourceQuery(
                owner: kinds.owner(connection.platform, connection.name),
                numbers: Set([intent.instance.number].compactMap { $0 }))
            let found = try await kind.alike(query) { intent.likeness($0, kind.description) }
            guard let best = found.last else { return .notDone("it was not there afterwards") }
            guard best.likeness == .equal else {
                let title = kind.description.title
                return .unknown("\(title) \(best.object.id) has its name, but not the values that were written")
            }
            return .done(id: best.object.id)
        case .delete:
            guard let id = intent.id else { return .notDone("it was never made") }
            return try await kind.read(id) == nil ? .done(id: id) : .notDone("it was still there afterwards")
        case .update, .restore:
            guard let id = intent.id, let now = try await kind.read(id) else { return .unknown("it is gone") }
            let comparison = Comparison(kind: kind.description, managed: OwnMembers(intent.fields.names))
            let before = intent.before ?? [:]
            let current = comparison.compared(now.fields.withoutSecretMembers)
            let former = comparison.compared(before)
            // Fields that nobody returns cannot be seen, so neither can their change.
            guard !intent.fields.isEmpty else { return .unknown("it cannot be seen") }
            if current == comparison.compared(intent.fieldsAfter(kind.description)) { return .done(id: id) }
            return current == former
                ? .notDone("it was unchanged afterwards") : .unknown("it was changed by something else")
        }
    }
}

extension WriteIntent {
    /// The object that exists already; nil for a create.
    var object: RecordedObject? { id.map { RecordedObject(kind: kind, id: $0) } }

    /// The object's values when the write is done, as far as they can be seen.
    func fieldsAfter(_ kind: KindDescription) -> JSONObject {
        var fields = before ?? [:]
        for (name, value) in self.fields {
            fields[name] = value == kind.fields[name]?.removalValue ? nil : value
        }
        return fields
    }
}
