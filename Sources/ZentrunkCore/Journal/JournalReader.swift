import ZentrunkJSON

/// A reader of the text form of entries. Refuses members that it does not know.
struct JournalReader {
    private typealias Member = JournalEntry.Member
    private let cursor: JSONCursor

    init(_ cursor: JSONCursor) { self.cursor = cursor }

    /// Reads an entry.
    ///
    /// - Throws: `JSONDecodingError`.
    func entry() throws -> JournalEntry {
        let identity = ConnectionIdentity(
            carrierAccount: try text(Member.carrierAccount), platform: PlatformID(try text(Member.platform)),
            platformAccount: try text(Member.platformAccount), name: try connectionName(Member.name))
        guard try cursor.member(Member.version).integer() == JournalEntry.version else {
            throw try cursor.member(Member.version).mismatch("a known version")
        }
        let common = [
            Member.version, Member.run, Member.carrierAccount, Member.platform, Member.platformAccount, Member.name,
            Member.time, Member.event,
        ]
        return JournalEntry(
            run: try text(Member.run), identity: identity, time: try textIfPresent(Member.time).flatMap(Self.time),
            try event(identity, common))
    }

    private func event(_ identity: ConnectionIdentity, _ common: [String]) throws -> JournalEntry.Event {
        let word: JournalEntry.EventWord = try word(Member.event)
        switch word {
        case .began:
            try allow(common + [Member.operation, Member.connection])
            return .began(try self.word(Member.operation), try child(Member.connection).connection())
        case .reopened:
            try allow(common)
            return .reopened
        case .intended:
            try allow(common + [Member.write])
            return .intended(try child(Member.write).intent())
        case .settled:
            try allow(common + [Member.sequence, Member.outcome, Member.id, Member.reason])
            return .settled(try sequence(), try outcome())
        case .described:
            try allow(common + [Member.connection, Member.objects, Member.former, Member.after])
            return .described(try record(identity))
        case .ended:
            try allow(common + [Member.outcome, Member.reason])
            return .ended(try self.word(Member.outcome), try textIfPresent(Member.reason))
        }
    }

    // MARK: Values

    private func connection() throws -> Connection {
        try allow([Member.platform, Member.name, Member.numbers, Member.values, Member.template])
        return Connection(
            platform: PlatformID(try text(Member.platform)), name: try connectionName(Member.name),
            numbers: try cursor.member(Member.numbers).elements().map { try JournalReader($0).number() },
            values: Dictionary(
                uniqueKeysWithValues: try fields(Member.values).map { ($0.name, $0.value) }),
            template: try textIfPresent(Member.template))
    }

    private func intent() throws -> WriteIntent {
        try allow([
            Member.sequence, Member.deed, Member.instance, Member.kind, Member.id, Member.name, Member.fields,
            Member.former, Member.before, Member.after,
        ])
        return WriteIntent(
            sequence: try sequence(), deed: try word(Member.deed),
            instance: try child(Member.instance).instance(), kind: try text(Member.kind),
            id: try textIfPresent(Member.id), name: try textIfPresent(Member.name), fields: try fields(Member.fields),
            former: try fieldsIfPresent(Member.former), before: try fieldsIfPresent(Member.before),
            after: try instances(Member.after))
    }

    private func outcome() throws -> WriteOutcome {
        let word: JournalEntry.OutcomeWord = try word(Member.outcome)
        return switch word {
        case .done: .done(id: try text(Member.id))
        case .notDone: .notDone(try text(Member.reason))
        case .unknown: .unknown(try text(Member.reason))
        }
    }

    private func record(_ identity: ConnectionIdentity) throws -> ConnectionRecord {
        var record = ConnectionRecord(identity: identity, connection: try child(Member.connection).connection())
        for element in try cursor.member(Member.objects).elements() {
            let reader = JournalReader(element)
            try reader.allow([Member.instance, Member.kind, Member.id])
            record.objects[try reader.child(Member.instance).instance()] = try reader.object()
        }
        for element in try cursor.member(Member.former).elements() {
            let reader = JournalReader(element)
            try reader.allow([Member.kind, Member.id, Member.fields])
            record.former[try reader.object()] = try reader.fields(Member.fields)
        }
        for element in try cursor.memberIfPresent(Member.after)?.elements() ?? [] {
            let reader = JournalReader(element)
            try reader.allow([Member.instance, Member.after])
            record.after[try reader.child(Member.instance).instance()] = try reader.instances(Member.after)
        }
        return record
    }

    private func object() throws -> RecordedObject {
        RecordedObject(kind: try text(Member.kind), id: try text(Member.id))
    }

    private func instances(_ name: String) throws -> [InstanceID] {
        try cursor.memberIfPresent(name)?.elements().map { try JournalReader($0).instance() } ?? []
    }

    private func instance() throws -> InstanceID {
        try allow([Member.key, Member.number])
        return InstanceID(
            try text(Member.key),
            number: try cursor.memberIfPresent(Member.number).map { try JournalReader($0).number() })
    }

    // MARK: Parts

    private func child(_ name: String) throws -> JournalReader { JournalReader(try cursor.member(name)) }

    private func text(_ name: String) throws -> String { try cursor.member(name).string() }

    private func textIfPresent(_ name: String) throws -> String? { try cursor.memberIfPresent(name)?.string() }

    private func word<Word: RawRepresentable<String>>(_ name: String) throws -> Word {
        let place = try cursor.member(name)
        guard let word = Word(rawValue: try place.string()) else { throw place.mismatch("a known word") }
        return word
    }

    private func sequence() throws -> Int {
        let place = try cursor.member(Member.sequence)
        guard let sequence = Int(exactly: try place.integer()) else { throw place.mismatch("a sequence number") }
        return sequence
    }

    private func connectionName(_ name: String) throws -> ConnectionName {
        let place = try cursor.member(name)
        let text = try place.string()
        guard let name = try? ConnectionName(text) else { throw place.mismatch("a connection's name") }
        return name
    }

    private func number() throws -> PhoneNumber {
        guard let number = PhoneNumber(vendorSpelling: try cursor.string()) else {
            throw cursor.mismatch("a phone number")
        }
        return number
    }

    private func fields(_ name: String) throws -> JSONObject {
        let place = try cursor.member(name)
        guard let text = place.value.string else { return try place.members() }
        guard let object = (try? JSONValue(parsing: Array(text.utf8)))?.object else {
            throw place.mismatch("a JSON object as text")
        }
        return object
    }

    private func fieldsIfPresent(_ name: String) throws -> JSONObject? {
        try cursor.memberIfPresent(name) == nil ? nil : try fields(name)
    }

    private func allow(_ names: [String]) throws {
        for name in try cursor.members().names where !names.contains(name) {
            throw JSONDecodingError(
                path: cursor.path, expected: "only members of this version", found: "a member of another one")
        }
    }

    /// Returns the time if it has the form of a UTC date and time. A time is for information only, so that anything
    /// else is left out.
    private static func time(_ text: String) -> String? {
        let form = "0000-00-00T00:00:00Z"
        guard text.utf8.count == form.utf8.count else { return nil }
        let isTime = zip(text.utf8, form.utf8).allSatisfy { byte, expected in
            expected == 0x30 ? (0x30...0x39).contains(byte) : byte == expected
        }
        return isTime ? text : nil
    }
}
