import ZentrunkJSON

// The text form of entries: one JSON object, so that a store needs no schema.
//
// The form has a version, and every member is known: an older version of this package must not drop what a newer one
// has recorded.

extension JournalEntry {
    /// The version of the text form.
    static let version: Int64 = 1

    /// The entry as one line of JSON, for a store that keeps texts.
    ///
    /// NUL characters, which JSON documents cannot hold here, are replaced.
    public var text: String { JSONValue.object(json).text() }

    /// Parses an entry.
    ///
    /// - Parameter text: What ``text`` returned.
    /// - Throws: ``ZentrunkError`` `journal` if a newer version of this package has written the text, or if it is not
    ///   an entry. The message quotes nothing of the text.
    public init(text: String) throws {
        do {
            let value = try JSONValue(parsing: Array(text.utf8))
            if let version = value[Member.version]?.integer, version > Self.version { throw Self.newer }
            self = try JournalReader(JSONCursor(value)).entry()
        } catch {
            throw Self.explain(error)
        }
    }

    private static let newer = ZentrunkError(
        .journal, "an entry of the journal was written by a newer version of zentrunk",
        remedies: [.advice("update zentrunk")])

    private static func explain(_ error: any Error) -> ZentrunkError {
        if let error = error as? ZentrunkError { return error }
        let reason = (error as? JSONSyntaxError)?.reason ?? (error as? JSONDecodingError)?.description
        return ZentrunkError(.journal, "an entry of the journal cannot be read: \(reason ?? "\(type(of: error))")")
    }

    /// The names of members.
    enum Member {
        static let version = "v"
        static let run = "run"
        static let carrierAccount = "carrier"
        static let platform = "platform"
        static let platformAccount = "account"
        static let name = "name"
        static let time = "time"
        static let event = "event"
        static let operation = "operation"
        static let connection = "connection"
        static let numbers = "numbers"
        static let values = "values"
        static let template = "template"
        static let write = "write"
        static let sequence = "sequence"
        static let deed = "deed"
        static let instance = "instance"
        static let key = "key"
        static let number = "number"
        static let kind = "kind"
        static let id = "id"
        static let fields = "fields"
        static let former = "former"
        static let before = "before"
        static let after = "after"
        static let outcome = "outcome"
        static let reason = "reason"
        static let objects = "objects"
    }

    /// The words for events.
    enum EventWord: String, CaseIterable { case began, reopened, intended, settled, described, ended }

    /// The words for outcomes of writes.
    enum OutcomeWord: String, CaseIterable { case done, notDone = "not-done", unknown }
}

// MARK: Writing

extension JournalEntry {
    private var json: JSONObject {
        var json: JSONObject = [
            Member.version: .integer(Self.version), Member.run: .of(run),
            Member.carrierAccount: .of(identity.carrierAccount), Member.platform: .of(identity.platform.description),
            Member.platformAccount: .of(identity.platformAccount), Member.name: .of(identity.name.description),
        ]
        json[Member.time] = time.map(JSONValue.of)
        let (word, members) = event.json
        json[Member.event] = .string(word.rawValue)
        for (name, value) in members { json[name] = value }
        return json
    }
}

extension JournalEntry.Event {
    fileprivate var json: (JournalEntry.EventWord, JSONObject) {
        typealias Member = JournalEntry.Member
        switch self {
        case .began(let operation, let connection):
            return (
                .began,
                [Member.operation: .string(operation.rawValue), Member.connection: .object(connection.journalJSON)]
            )
        case .reopened: return (.reopened, [:])
        case .intended(let intent): return (.intended, [Member.write: .object(intent.journalJSON)])
        case .settled(let sequence, let outcome):
            var members: JSONObject = [Member.sequence: .integer(Int64(sequence))]
            for (name, value) in outcome.journalJSON { members[name] = value }
            return (.settled, members)
        case .described(let record): return (.described, record.journalJSON)
        case .ended(let outcome, let remark):
            var members: JSONObject = [Member.outcome: .string(outcome.rawValue)]
            members[Member.reason] = remark.map(JSONValue.of)
            return (.ended, members)
        }
    }
}

extension Connection {
    /// Numbers in order, values sorted by name.
    fileprivate var journalJSON: JSONObject {
        typealias Member = JournalEntry.Member
        var json: JSONObject = [
            Member.platform: .of(platform.description), Member.name: .of(name.description),
            Member.numbers: .array(numbers.map { .string($0.e164) }),
            Member.values: .nested(JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })),
        ]
        json[Member.template] = template.map(JSONValue.of)
        return json
    }
}

extension WriteIntent {
    fileprivate var journalJSON: JSONObject {
        typealias Member = JournalEntry.Member
        var json: JSONObject = [
            Member.sequence: .integer(Int64(sequence)), Member.deed: .string(deed.rawValue),
            Member.instance: .object(instance.journalJSON), Member.kind: .of(kind),
        ]
        json[Member.id] = id.map(JSONValue.of)
        json[Member.name] = name.map(JSONValue.of)
        json[Member.fields] = .nested(fields)
        json[Member.former] = former.map(JSONValue.nested)
        json[Member.before] = before.map(JSONValue.nested)
        if !after.isEmpty { json[Member.after] = .array(after.map { .object($0.journalJSON) }) }
        return json
    }
}

extension WriteOutcome {
    fileprivate var journalJSON: JSONObject {
        typealias Member = JournalEntry.Member
        typealias Word = JournalEntry.OutcomeWord
        let (word, name, text): (Word, String, String) =
            switch self {
            case .done(let id): (.done, Member.id, id)
            case .notDone(let reason): (.notDone, Member.reason, reason)
            case .unknown(let reason): (.unknown, Member.reason, reason)
            }
        return [Member.outcome: .string(word.rawValue), name: .of(text)]
    }
}

extension ConnectionRecord {
    /// Everything but the identity, which is that of the entry; lists are sorted, so that equal records have equal
    /// texts.
    fileprivate var journalJSON: JSONObject {
        typealias Member = JournalEntry.Member
        let objects = self.objects.sorted { $0.key < $1.key }.map { instance, object in
            JSONValue.object([
                Member.instance: .object(instance.journalJSON), Member.kind: .of(object.kind), Member.id: .of(object.id),
            ])
        }
        let former = self.former.sorted { ($0.key.kind, $0.key.id) < ($1.key.kind, $1.key.id) }.map { object, fields in
            JSONValue.object([
                Member.kind: .of(object.kind), Member.id: .of(object.id), Member.fields: .nested(fields),
            ])
        }
        var json: JSONObject = [
            Member.connection: .object(connection.journalJSON), Member.objects: .array(objects),
            Member.former: .array(former),
        ]
        guard !after.isEmpty else { return json }
        json[Member.after] = .array(
            after.sorted { $0.key < $1.key }.map { instance, targets in
                .object([
                    Member.instance: .object(instance.journalJSON),
                    Member.after: .array(targets.map { .object($0.journalJSON) }),
                ])
            })
        return json
    }
}

extension InstanceID {
    fileprivate var journalJSON: JSONObject {
        typealias Member = JournalEntry.Member
        var json: JSONObject = [Member.key: .of(key)]
        json[Member.number] = number.map { .string($0.e164) }
        return json
    }
}

extension JSONValue {
    /// A string without NUL, which cannot be parsed again.
    fileprivate static func of(_ text: String) -> JSONValue {
        .string(text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text)
    }

    /// An object within another one. One that is nested almost as deeply as can be parsed becomes a text, because
    /// inside an entry it would be too deep.
    fileprivate static func nested(_ object: JSONObject) -> JSONValue {
        let value = JSONValue.object(object)
        return value.isDeeper(than: maximumDepth / 2) ? .string(value.text()) : value
    }

    private func isDeeper(than depth: Int) -> Bool {
        guard depth > 0 else { return true }
        return switch self {
        case .array(let elements): elements.contains { $0.isDeeper(than: depth - 1) }
        case .object(let members): members.contains { $0.value.isDeeper(than: depth - 1) }
        case .null, .bool, .integer, .double, .string: false
        }
    }
}
