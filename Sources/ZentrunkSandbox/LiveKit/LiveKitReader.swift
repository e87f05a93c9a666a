import ZentrunkJSON

/// Reads JSON as the protocol's messages, the way LiveKit's servers do: either spelling of a name, null as nothing,
/// and unknown members dropped without a word to the client.
struct LiveKitReader {
    /// What the client was not told.
    private(set) var notes: [String] = []

    /// The members that were sent, under the protocol's own names.
    ///
    /// - Throws: A refusal when something has the wrong type; it notes what, since the answer does not say.
    mutating func read(_ value: JSONValue, as message: LiveKitMessage, at path: String = "")
        throws(LiveKitRefusal) -> JSONObject
    {
        guard case .object(let members) = value else { throw .malformed("\(path) must be an object") }
        var found = JSONObject()
        var taken: [LiveKitMessage.Presence: String] = [:]
        for (name, value) in members {
            let place = "\(path)/\(name)"
            guard let field = message.field(name) else {
                notes.append("\(place) is unknown to \(message.name) and was dropped")
                continue
            }
            guard !value.isNull else { continue }
            if found[field.name] != nil { notes.append("\(place) is there in both spellings") }
            if case .oneOf = field.presence {
                if let other = taken[field.presence], other != field.name {
                    throw .malformed("\(place) and \(other) exclude each other")
                }
                taken[field.presence] = field.name
            }
            found[field.name] = try read(value, as: field.kind, at: place)
        }
        return found
    }

    private mutating func read(_ value: JSONValue, as kind: LiveKitMessage.Kind, at place: String)
        throws(LiveKitRefusal) -> JSONValue
    {
        switch kind {
        case .text, .time:
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
        case .duration:
            guard let duration = value.string.flatMap({ LiveKitDuration($0) }) else {
                throw .malformed("\(place) must be seconds with an s behind them, as text")
            }
            return .string(duration.text)
        case .choice(let names): return try Self.choice(value, of: names, at: place)
        case .anyChoice(let prefix, _):
            guard case .integer = value else {
                guard value.string?.hasPrefix(prefix) == true else {
                    throw .malformed("\(place) must be a name that begins with \(prefix)")
                }
                return value
            }
            return value
        case .message(let message): return .object(try read(value, as: message, at: place))
        case .opaque:
            guard case .object = value else { throw .malformed("\(place) must be an object") }
            return value
        case .texts:
            return .array(
                try elements(of: value, at: place) { element, place throws(LiveKitRefusal) in
                    guard case .string = element else { throw .malformed("\(place) must be a string") }
                    return element
                })
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

    private func elements(
        of value: JSONValue, at place: String,
        _ read: (JSONValue, String) throws(LiveKitRefusal) -> JSONValue
    ) throws(LiveKitRefusal) -> [JSONValue] {
        var elements: [JSONValue] = []
        for (index, element) in try Self.array(value, at: place).enumerated() {
            elements.append(try read(element, "\(place)/\(index)"))
        }
        return elements
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

    /// By name, upper case as it stands, or by number; a number without a name is kept.
    private static func choice(_ value: JSONValue, of names: [String], at place: String)
        throws(LiveKitRefusal) -> JSONValue
    {
        switch value {
        case .string(let name) where names.contains(name): return value
        case .integer(let number) where names.indices.contains(Int(number)): return .string(names[Int(number)])
        case .integer: return value
        default: throw .malformed("\(place) must be one of \(names.joined(separator: ", "))")
        }
    }
}

/// A duration as protobuf's JSON has it: seconds with up to nine decimals and an s.
struct LiveKitDuration: Sendable, Hashable {
    var nanoseconds: Int128

    init?(_ text: String) {
        guard let parts = text.wholeMatch(of: /(-?)(\d{1,12})(?:\.(\d{1,9}))?s/), let seconds = Int128(parts.2),
            seconds <= 315_576_000_000
        else { return nil }
        let decimals = parts.3.map(String.init) ?? ""
        let fraction = Int128(decimals + String(repeating: "0", count: 9 - decimals.count)) ?? 0
        nanoseconds = (seconds * 1_000_000_000 + fraction) * (parts.1.isEmpty ? 1 : -1)
    }

    /// With as many groups of three decimals as it takes.
    var text: String {
        let whole = nanoseconds.magnitude / 1_000_000_000
        let fraction = String(nanoseconds.magnitude % 1_000_000_000)
        var decimals = String(repeating: "0", count: 9 - fraction.count) + fraction
        while decimals.hasSuffix("000") { decimals.removeLast(3) }
        return "\(nanoseconds < 0 ? "-" : "")\(whole)\(decimals.isEmpty ? "" : "." + decimals)s"
    }
}
