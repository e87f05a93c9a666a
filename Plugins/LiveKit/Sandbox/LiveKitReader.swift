import ZentrunkJSON
import ZentrunkSandbox

/// Reads JSON as protobuf messages, like LiveKit's servers: accepts both notations of a name, treats null as unset, and
/// silently drops unknown members.
struct LiveKitReader {
    /// Whether unknown enumeration names are refused. The open-source server drops them like unknown members.
    let refusesUnknownNames: Bool
    /// Notes that the response does not show.
    private(set) var notes: [String] = []

    init(refusesUnknownNames: Bool) { self.refusesUnknownNames = refusesUnknownNames }

    /// Reads the members of a message, under the protocol's own names.
    ///
    /// - Throws: A refusal if a value has the wrong type. Its note says which, because the response does not.
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
                notes.append("\(place) is not a field of \(message.name) and was dropped")
                continue
            }
            guard seen.insert(field.name).inserted else { throw .malformed("\(place) is given in both notations") }
            guard !value.isNull else { continue }
            if case .oneOf = field.presence {
                if let other = taken[field.presence] { throw .malformed("\(place) and \(other) cannot both be set") }
                taken[field.presence] = field.name
            }
            found[field.name] = try read(value, as: field.kind, at: place)
        }
        return found
    }

    /// - Returns: nil for a dropped value: an unknown enumeration name.
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
        case .long:
            guard let count = Self.integer(value) else { throw .malformed("\(place) must be an integer") }
            return .string(String(count))
        case .real:
            guard let number = value.number ?? value.string.flatMap(Double.init) else {
                throw .malformed("\(place) must be a number")
            }
            return .double(number)
        case .duration:
            guard let duration = value.string.flatMap({ LiveKitDuration($0) }) else {
                throw .malformed("\(place) must be a string of seconds with the suffix s, such as 1.5s")
            }
            return .string(duration.text)
        case .time:
            guard let time = value.string.flatMap({ LiveKitTime($0) }) else {
                throw .malformed("\(place) must be a time such as 2026-01-31T12:00:00Z")
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

    /// Accepts integers as text, and with a fraction of zero.
    private static func integer(_ value: JSONValue) -> Int64? {
        switch value {
        case .integer(let number): number
        case .double(let number): Int64(exactly: number)
        case .string(let text): Int64(text)
        default: nil
        }
    }

    /// Reads an enumeration by its upper-case name or by number. Keeps unknown numbers; drops or refuses unknown names.
    private mutating func choice(_ value: JSONValue, of names: LiveKitEnumeration, at place: String)
        throws(LiveKitRefusal) -> JSONValue?
    {
        if let name = value.string {
            if names.number(name) != nil { return value }
            guard !refusesUnknownNames else { throw .malformed("\(place) must be one of \(names.list)") }
            notes.append("\(place) is not one of \(names.list) and was dropped")
            return nil
        }
        guard let number = Self.integer(value), Int32(exactly: number) != nil else {
            throw .malformed("\(place) must be one of \(names.list)")
        }
        return names.name(number).map { .string($0) } ?? .integer(number)
    }
}
