import ZentrunkJSON
import ZentrunkSandbox

/// Reads JSON as the protocol's messages, the way LiveKit's servers do: either spelling of a name, null as nothing,
/// and unknown members dropped without a word to the client.
struct LiveKitReader {
    /// Whether a name that an enumeration does not have is refused. The open-source server drops it like an unknown member.
    let refusesUnknownNames: Bool
    /// What the client was not told.
    private(set) var notes: [String] = []

    init(refusesUnknownNames: Bool) { self.refusesUnknownNames = refusesUnknownNames }

    /// The members that were sent, under the protocol's own names.
    ///
    /// - Throws: A refusal when something has the wrong type; it notes what, since the answer does not say.
    mutating func read(_ value: JSONValue, as message: LiveKitMessage, at path: String = "")
        throws(LiveKitRefusal) -> JSONObject
    {
        guard case .object(let members) = value else { throw .malformed("\(path) must be an object") }
        var found = JSONObject()
        var seen: Set<String> = []
        var taken: [LiveKitMessage.Presence: String] = [:]
        for (name, value) in members {
            let place = "\(path)/\(name)"
            guard let field = message.field(name) else {
                notes.append("\(place) is unknown to \(message.name) and was dropped")
                continue
            }
            guard seen.insert(field.name).inserted else { throw .malformed("\(place) is there in both spellings") }
            guard !value.isNull else { continue }
            if case .oneOf = field.presence {
                if let other = taken[field.presence] { throw .malformed("\(place) and \(other) exclude each other") }
                taken[field.presence] = field.name
            }
            found[field.name] = try read(value, as: field.kind, at: place)
        }
        return found
    }

    /// - Returns: nil for what is dropped: an unknown name of an enumeration.
    private mutating func read(_ value: JSONValue, as kind: LiveKitMessage.Kind, at place: String)
        throws(LiveKitRefusal) -> JSONValue?
    {
        switch kind {
        case .text:
            guard case .string = value else { throw .malformed("\(place) must be a string") }
            return value
        case .truth:
            guard case .bool = value else { throw .malformed("\(place) must be a boolean") }
            return value
        case .count(let range):
            guard let count = Self.integer(value), range.contains(count) else {
                throw .malformed("\(place) must be an integer from \(range.lowerBound) to \(range.upperBound)")
            }
            return .integer(count)
        case .real:
            guard let number = value.number ?? value.string.flatMap(Double.init) else {
                throw .malformed("\(place) must be a number")
            }
            return .double(number)
        case .duration:
            guard let duration = value.string.flatMap({ LiveKitDuration($0) }) else {
                throw .malformed("\(place) must be seconds with an s behind them, as text")
            }
            return .string(duration.text)
        case .time:
            guard let time = value.string.flatMap({ LiveKitTime($0) }) else {
                throw .malformed("\(place) must be a time as in 2026-01-31T12:00:00Z")
            }
            return .string(time.text)
        case .choice(let names): return try choice(value, of: names, at: place)
        case .message(let message): return .object(try read(value, as: message, at: place))
        case .texts:
            let elements = try Self.array(value, at: place)
            if let wrong = elements.firstIndex(where: { $0.string == nil }) {
                throw .malformed("\(place)/\(wrong) must be a string")
            }
            return value
        case .messages(let message):
            var messages: [JSONValue] = []
            for (index, element) in try Self.array(value, at: place).enumerated() {
                messages.append(.object(try read(element, as: message, at: "\(place)/\(index)")))
            }
            return .array(messages)
        case .textMap:
            guard let members = value.object, !members.contains(where: { $0.value.string == nil }) else {
                throw .malformed("\(place) must be an object of strings")
            }
            return value
        }
    }

    private static func array(_ value: JSONValue, at place: String) throws(LiveKitRefusal) -> [JSONValue] {
        guard let elements = value.array else { throw .malformed("\(place) must be an array") }
        return elements
    }

    /// Integers may be written as text, and with a fraction that is nothing.
    private static func integer(_ value: JSONValue) -> Int64? {
        switch value {
        case .integer(let number): number
        case .double(let number): Int64(exactly: number)
        case .string(let text): Int64(text)
        default: nil
        }
    }

    /// By name, upper case as it stands, or by number; a number without a name is kept, a name without a number is dropped.
    private mutating func choice(_ value: JSONValue, of names: LiveKitEnumeration, at place: String)
        throws(LiveKitRefusal) -> JSONValue?
    {
        if let name = value.string {
            if names.number(name) != nil { return value }
            guard !refusesUnknownNames else { throw .malformed("\(place) must be one of \(names.list)") }
            notes.append("\(place) is none of \(names.list) and was dropped")
            return nil
        }
        guard let number = Self.integer(value), Int32(exactly: number) != nil else {
            throw .malformed("\(place) must be one of \(names.list)")
        }
        return names.name(number).map { .string($0) } ?? .integer(number)
    }
}
