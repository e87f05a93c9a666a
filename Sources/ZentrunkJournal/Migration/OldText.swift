@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

// The text form of values in the tables of older versions.

extension JSONObject {
    /// Parses an object.
    ///
    /// - Throws: ``JournalDamage`` unless the text is a JSON object.
    init(journalText: String) throws {
        guard let object = try JSONValue(journalText: journalText).object else {
            throw JournalDamage(reason: "a JSON object was expected and something else found")
        }
        self = object
    }
}

extension JSONValue {
    fileprivate init(journalText: String) throws {
        do throws(JSONSyntaxError) {
            self = try JSONValue(parsing: Array(journalText.utf8))
        } catch {
            throw JournalDamage(reason: "JSON in it cannot be read: \(error.reason)")
        }
    }
}

extension PhoneNumber {
    /// Parses a number.
    ///
    /// - Throws: ``JournalDamage`` unless the text is a phone number.
    init(journalText: String) throws {
        guard let number = PhoneNumber(vendorSpelling: journalText) else {
            throw JournalDamage(reason: "a phone number in it cannot be read")
        }
        self = number
    }
}

extension ConnectionName {
    /// Parses a name.
    ///
    /// - Throws: ``JournalDamage`` unless the text is a valid name.
    init(journalText: String) throws {
        do throws(ZentrunkError) {
            self = try ConnectionName(journalText)
        } catch {
            throw JournalDamage(reason: "a connection's name in it cannot be read")
        }
    }
}

extension Connection {
    private enum Member {
        static let platform = "platform"
        static let name = "name"
        static let numbers = "numbers"
        static let values = "values"
        static let template = "template"
    }

    /// Parses a connection.
    ///
    /// - Throws: ``JournalDamage`` unless the text describes a connection.
    init(journalText: String) throws {
        let description = JSONCursor(try JSONValue(journalText: journalText))
        do {
            self.init(
                platform: PlatformID(try description.member(Member.platform).string()),
                name: try ConnectionName(journalText: description.member(Member.name).string()),
                numbers: try description.member(Member.numbers).elements().map {
                    try PhoneNumber(journalText: $0.string())
                },
                values: Dictionary(
                    uniqueKeysWithValues: try description.member(Member.values).members().map { ($0.name, $0.value) }),
                template: description.value[Member.template]?.string)
        } catch let error as JSONDecodingError {
            throw JournalDamage(reason: "a connection's description in it is wrong at \(error)")
        }
    }
}
