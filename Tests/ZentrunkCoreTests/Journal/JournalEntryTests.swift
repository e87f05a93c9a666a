import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@Suite("The text form of journal entries")
struct JournalEntryTests {
    /// One entry of each event, with every member that it can have.
    static let entries: [JournalEntry] = {
        guard let number = PhoneNumber(vendorSpelling: "+14155550100"),
            var connection = try? Connection.example(),
            var change = try? WriteIntent.route(2, "+14155550100", from: "a")
        else { return [] }
        connection.template = "{\n\"pairing\": \"own\"}"
        change.before = ["z": [true, .null, 1, 0.5], "a": ["é": "\u{1F600}"]]
        change.after = [InstanceID("trunk"), InstanceID("line", number: number)]
        var record = ConnectionRecord(identity: .example(), connection: connection)
        record.objects = [
            InstanceID("line", number: number): .object("line", "1"),
            InstanceID("trunk"): .object("trunk", "123456789012345678"),
        ]
        record.former = [.route("14155550100"): ["z": "last", "a": .null], .object("line", "x"): [:]]
        record.after = [InstanceID("line", number: number): [InstanceID("trunk")], InstanceID("trunk"): []]
        let events: [JournalEntry.Event] = [
            .began(.connect, connection), .began(.disconnect, connection), .reopened, .intended(.create(1, "trunk")),
            .intended(change), .intended(.delete(3, "trunk", id: "")), .settled(1, .done(id: "t")),
            .settled(2, .notDone("refused: \"400\"\n")), .settled(3, .unknown("")), .described(record),
            .ended(.done, nil), .ended(.gone, nil), .ended(.undone, "undone"), .ended(.left, ""),
        ]
        return events.map {
            JournalEntry(run: "20261130-101500-é", identity: .example(), time: "2026-11-30T10:15:00Z", $0)
        }
    }()

    @Test("An entry is read as it was written, on one line", arguments: Self.entries)
    func roundTrip(entry: JournalEntry) throws {
        #expect(try JournalEntry(text: entry.text) == entry)
        #expect(!entry.text.contains("\n"))
        #expect(try JournalEntry(text: entry.text).text == entry.text)
        var timeless = entry
        timeless.time = nil
        #expect(try JournalEntry(text: timeless.text) == timeless)
    }

    @Test("Members keep their order")
    func order() throws {
        let entry = try #require(Self.entries.first { if case .described = $0.event { true } else { false } })
        guard case .described(let record) = try JournalEntry(text: entry.text).event else {
            return #expect(Bool(false))
        }
        #expect(record.former[.route("14155550100")]?.names == ["z", "a"])
    }

    @Test("Equal records have equal texts")
    func sorted() throws {
        let entry = try #require(Self.entries.first { if case .described = $0.event { true } else { false } })
        guard case .described(var record) = entry.event else { return }
        let objects = record.objects
        record.objects = [:]
        for (instance, object) in objects.sorted(by: { $0.key > $1.key }) { record.objects[instance] = object }
        var other = entry
        other.event = .described(record)
        #expect(other.text == entry.text)
    }

    @Test("Values nested as deeply as a vendor's answer can be, and texts with NUL, can be read again")
    func extremes() throws {
        var value: JSONValue = "end"
        for _ in 0..<JSONValue.maximumDepth - 2 { value = ["in": value] }
        let fields = try #require(value.object)
        var intent = WriteIntent.create(1, "trunk")
        (intent.fields, intent.before) = (fields, fields)
        let deep = JournalEntry(run: "1", identity: .example(), .intended(intent))
        #expect(try JournalEntry(text: deep.text) == deep)
        let strange = JournalEntry(run: "1", identity: .example(), .settled(1, .unknown("a\0b")))
        #expect(try JournalEntry(text: strange.text).event == .settled(1, .unknown("a\u{FFFD}b")))
    }

    @Test(
        "A time of another form is left out",
        arguments: ["yesterday", "\u{1B}[2J 56789 12:45:00Z", "2026-11-30 10:15:00Z"])
    func time(text: String) throws {
        let entry = JournalEntry(run: "1", identity: .example(), time: text, .reopened)
        #expect(try JournalEntry(text: entry.text).time == nil)
    }

    @Test("An entry of a newer version is refused with a way out")
    func newer() throws {
        let text = try #require(Self.entries.first).text.replacing("\"v\":1", with: "\"v\":2")
        let error = #expect(throws: ZentrunkError.self) { try JournalEntry(text: text) }
        #expect(error?.code == .journal)
        #expect(error?.message.contains("newer version") == true)
        #expect(error?.remedies == [.advice("update zentrunk")])
    }

    @Test("A member that this version does not know is refused, at any depth", arguments: Self.entries)
    func unknownMember(entry: JournalEntry) throws {
        let whole = try JSONValue(parsing: entry.text)
        var count = 0
        for changed in Self.additions(to: whole) {
            count += 1
            #expect(throws: ZentrunkError.self) { try JournalEntry(text: changed.text()) }
        }
        #expect(count > 0)
    }

    @Test("A member that is missing is refused, and no message quotes a value", arguments: Self.entries)
    func missingMember(entry: JournalEntry) throws {
        let whole = try #require(try JSONValue(parsing: entry.text).object)
        for name in whole.names where !["time", "reason", "after"].contains(name) {
            var less = whole
            less[name] = nil
            let error = #expect(throws: ZentrunkError.self) { try JournalEntry(text: JSONValue.object(less).text()) }
            #expect(error?.code == .journal)
            #expect(error?.message.contains("14155550100") == false)
        }
    }

    @Test("What is not an entry is refused", arguments: ["", "x", "[]", "{}", "null", "{\"v\":0}", "{\"v\":\"1\"}"])
    func garbage(text: String) {
        let error = #expect(throws: ZentrunkError.self) { try JournalEntry(text: text) }
        #expect(error?.code == .journal)
    }

    /// Returns the value with one more member in each of its objects, one at a time. Objects of the vendors and of
    /// options are free: they may have any members.
    private static func additions(to value: JSONValue) -> [JSONValue] {
        switch value {
        case .object(let members):
            var more = members
            more["unheard-of"] = 1
            var all = [JSONValue.object(more)]
            for (name, child) in members {
                // `former` is an object of the vendor in an intent, and a list in a record.
                let free = ["fields", "before", "values"].contains(name) || (name == "former" && child.object != nil)
                guard !free else { continue }
                for changed in additions(to: child) {
                    var whole = members
                    whole[name] = changed
                    all.append(.object(whole))
                }
            }
            return all
        case .array(let elements):
            return elements.indices.flatMap { index in
                additions(to: elements[index]).map { changed in
                    var whole = elements
                    whole[index] = changed
                    return .array(whole)
                }
            }
        case .null, .bool, .integer, .double, .string: return []
        }
    }
}
