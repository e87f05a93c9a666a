import ZentrunkJSON
import ZentrunkSandbox

/// Reads protobuf's binary form, with the same tables as the JSON form.
/// <https://protobuf.dev/programming-guides/encoding/>
///
/// Internally, the sandbox only uses the form of the JSON reader: names of fields and enumerations, durations as text.
struct LiveKitWireReader {
    /// Notes that the response does not show.
    private(set) var notes: [String] = []

    /// - Returns: nil if the bytes are not a valid message.
    mutating func read(_ bytes: some Collection<UInt8>, as message: LiveKitMessage) -> JSONObject? {
        var input = WireInput(bytes)
        var found = JSONObject()
        while !input.isAtEnd {
            guard let (number, value) = input.next() else { return nil }
            guard let field = message.fields.first(where: { $0.number == number }) else {
                notes.append("\(message.name) has no field \(number); it was dropped")
                continue
            }
            guard let read = read(value, as: field.kind, before: found[field.name]) else { return nil }
            if case .oneOf = field.presence {
                for other in message.fields where other.presence == field.presence { found[other.name] = nil }
            }
            found[field.name] = read
        }
        return found
    }

    /// - Parameter before: The current value of the field; lists and maps arrive in several pieces.
    private mutating func read(_ value: WireInput.Value, as kind: LiveKitMessage.Kind, before: JSONValue?) -> JSONValue?
    {
        switch (kind, value) {
        case (.text, .bytes(let bytes)): String(validating: bytes, as: UTF8.self).map { .string($0) }
        case (.truth, .varint(let number)): .bool(number != 0)
        case (.count(let range), .varint(let number)):
            .integer(
                range.lowerBound < 0
                    ? Int64(Int32(truncatingIfNeeded: number)) : Int64(UInt32(truncatingIfNeeded: number)))
        case (.long, .varint(let number)): .string(String(Int64(bitPattern: number)))
        case (.real, .fixed(let bits)): .double(Double(bitPattern: bits))
        case (.choice(let names), .varint(let number)):
            Self.choice(Int64(Int32(truncatingIfNeeded: number)), names)
        case (.duration, .bytes(let bytes)):
            Self.seconds(bytes).map { .string(LiveKitDuration(nanoseconds: $0 * 1_000_000_000 + $1).text) }
        case (.time, .bytes(let bytes)):
            Self.seconds(bytes).map { .string(LiveKitTime(seconds: Int64($0), nanoseconds: Int64($1)).text) }
        case (.message(let message), .bytes(let bytes)): read(bytes, as: message).map { .object($0) }
        case (.texts, .bytes(let bytes)):
            String(validating: bytes, as: UTF8.self).map { .array((before?.array ?? []) + [.string($0)]) }
        case (.messages(let message), .bytes(let bytes)):
            read(bytes, as: message).map { .array((before?.array ?? []) + [.object($0)]) }
        case (.textMap, .bytes(let bytes)):
            read(bytes, as: .entry).map { entry in
                let pair = JSONObject([(entry["key"]?.string ?? "", entry["value"] ?? "")])
                return .object((before?.object ?? [:]).merging(pair))
            }
        default: nil
        }
    }

    private static func choice(_ number: Int64, _ names: LiveKitEnumeration) -> JSONValue {
        names.name(number).map { .string($0) } ?? .integer(number)
    }

    /// Reads the seconds and nanoseconds of a duration or a time.
    private static func seconds(_ bytes: ArraySlice<UInt8>) -> (Int128, Int128)? {
        var input = WireInput(bytes)
        var parts: [UInt32: Int64] = [:]
        while !input.isAtEnd {
            guard let (number, value) = input.next(), case .varint(let bits) = value else { return nil }
            parts[number] = Int64(bitPattern: bits)
        }
        return (Int128(parts[1] ?? 0), Int128(parts[2] ?? 0))
    }
}

extension LiveKitMessage {
    /// An entry of a map.
    fileprivate static let entry = LiveKitMessage("entry", [Field(1, "key", .text), Field(2, "value", .text)])

    /// Encodes the members in binary form.
    func bytes(_ members: JSONObject) -> [UInt8] {
        let members = withoutDefaults(members)
        return fields.sorted { $0.number < $1.number }.flatMap { field -> [UInt8] in
            members[field.name].map { field.kind.bytes($0, field.number) } ?? []
        }
    }
}

extension LiveKitMessage.Kind {
    fileprivate func bytes(_ value: JSONValue, _ number: UInt32) -> [UInt8] {
        switch self {
        case .text: WireOutput.bytes(Array((value.string ?? "").utf8), number)
        case .truth: WireOutput.varint(value == true ? 1 : 0, number)
        case .count: WireOutput.varint(value.integer ?? 0, number)
        case .long: WireOutput.varint(value.string.flatMap { Int64($0) } ?? 0, number)
        case .real: WireOutput.fixed((value.number ?? 0).bitPattern, number)
        case .choice(let names): WireOutput.varint(value.integer ?? value.string.flatMap(names.number) ?? 0, number)
        case .duration:
            WireOutput.bytes(WireOutput.seconds(LiveKitDuration(value.string ?? "")?.nanoseconds ?? 0), number)
        case .time:
            WireOutput.bytes(
                WireOutput.seconds(
                    LiveKitTime(value.string ?? "").map { Int128($0.seconds) * 1_000_000_000 + Int128($0.nanoseconds) }
                        ?? 0), number)
        case .message(let message): WireOutput.bytes(message.bytes(value.object ?? [:]), number)
        case .texts: (value.array ?? []).flatMap { WireOutput.bytes(Array(($0.string ?? "").utf8), number) }
        case .messages(let message):
            (value.array ?? []).flatMap { WireOutput.bytes(message.bytes($0.object ?? [:]), number) }
        case .textMap:
            (value.object ?? [:]).flatMap { name, value in
                WireOutput.bytes(LiveKitMessage.entry.bytes(["key": .string(name), "value": value]), number)
            }
        }
    }
}

/// A reader of the fields of a message.
private struct WireInput {
    enum Value {
        case varint(UInt64)
        case fixed(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: some Collection<UInt8>) { rest = ArraySlice(bytes) }

    var isAtEnd: Bool { rest.isEmpty }

    /// Returns the next field's number and value; nil if the bytes are truncated or invalid.
    mutating func next() -> (UInt32, Value)? {
        guard let key = varint(), let number = UInt32(exactly: key >> 3), number > 0 else { return nil }
        switch key & 7 {
        case 0: return varint().map { (number, .varint($0)) }
        case 1: return fixed(8).map { (number, .fixed($0)) }
        case 2:
            guard let count = varint(), count <= UInt64(rest.count) else { return nil }
            let value = rest.prefix(Int(count))
            rest = rest.dropFirst(Int(count))
            return (number, .bytes(value))
        case 5: return fixed(4).map { (number, .fixed($0)) }
        default: return nil
        }
    }

    private mutating func varint() -> UInt64? {
        var number: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
        }
        return nil
    }

    private mutating func fixed(_ count: Int) -> UInt64? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// Functions that encode the fields of a message.
private enum WireOutput {
    static func varint(_ value: Int64, _ number: UInt32) -> [UInt8] {
        raw(UInt64(number) << 3) + raw(UInt64(bitPattern: value))
    }

    static func fixed(_ bits: UInt64, _ number: UInt32) -> [UInt8] {
        raw(UInt64(number) << 3 | 1) + (0..<8).map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) }
    }

    static func bytes(_ bytes: [UInt8], _ number: UInt32) -> [UInt8] {
        raw(UInt64(number) << 3 | 2) + raw(UInt64(bytes.count)) + bytes
    }

    static func seconds(_ nanoseconds: Int128) -> [UInt8] {
        let (seconds, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return (seconds == 0 ? [] : varint(Int64(seconds), 1)) + (fraction == 0 ? [] : varint(Int64(fraction), 2))
    }

    private static func raw(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
