import ZentrunkJSON

/// Determines the outcomes of a dead run's writes, by the same rules by which a run settles its own: a create is
/// searched by name, everything else is read and compared.
struct OpenWrites: Sendable {
    let kinds: KindTable
    let journal: any Journal

    /// Returns the run's writes with their outcomes, as far as they can be determined, and records these in the
    /// journal.
    ///
    /// - Parameters:
    ///   - run: The run that died.
    ///   - alsoUnknown: Whether to check writes again whose outcome could not be determined before.
    /// - Throws: The errors of reads and of the journal.
    func settle(_ run: PastRun, alsoUnknown: Bool = false) async throws -> [PastWrite] {
        let writes = try await journal.writes(of: run.record.id)
        // Of several writes of one object, the last one determines its state.
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
        switch intent.deed {
        case .make:
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
        case .remove, .detachRoute:
            guard let id = intent.id else { return .notDone("it was never made") }
            return try await kind.read(id) == nil ? .done(id: id) : .notDone("it was still there afterwards")
        case .rename, .change, .putBack, .setRoute, .moveRoute, .giveBackRoute:
            guard let id = intent.id, let now = try await kind.read(id) else { return .unknown("it is gone") }
            let comparison = Comparison(kind: kind.description, managed: OwnMembers(intent.fields.names))
            let before = intent.before ?? [:]
            let current = comparison.compared(now.fields.withoutSecretMembers)
            let former = comparison.compared(before)
            // Write-only fields cannot be read, so their change cannot be detected.
            guard !intent.fields.isEmpty else { return .unknown("it cannot be seen") }
            if current == comparison.compared(intent.fieldsAfter(kind.description)) { return .done(id: id) }
            return current == former
                ? .notDone("it was unchanged afterwards") : .unknown("it was changed by something else")
        }
    }
}

extension WriteIntent {
    /// The existing object that the write concerns; nil for a create.
    var object: RecordedObject? { id.map { RecordedObject(kind: kind, id: $0) } }

    /// Returns the object's values after the write, as far as they can be read.
    func fieldsAfter(_ kind: KindDescription) -> JSONObject {
        var fields = before ?? [:]
        for (name, value) in self.fields {
            fields[name] = value == kind.fields[name]?.removalValue ? nil : value
        }
        return fields
    }
}
