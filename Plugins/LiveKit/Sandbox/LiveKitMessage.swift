import ZentrunkJSON
import ZentrunkSandbox

/// A protobuf message: its fields and their types. <https://protobuf.dev/programming-guides/proto3/>
struct LiveKitMessage: Sendable {
    /// The type of a field.
    indirect enum Kind: Sendable {
        case text
        case truth
        /// A 32-bit integer, signed or not.
        case count(ClosedRange<Int64>)
        /// A 64-bit integer, which JSON has as text.
        case long
        case real
        case duration
        case time
        case choice(LiveKitEnumeration)
        case message(LiveKitMessage)
        case texts
        case messages(LiveKitMessage)
        case textMap
    }

    /// When a response includes the field.
    enum Presence: Sendable, Hashable {
        /// Always; an unset field shows its default.
        case always
        /// Only if it is set.
        case optional
        /// Only if it is the field of the `oneof` with this name that is set.
        case oneOf(String)
    }

    struct Field: Sendable {
        /// The field number, which replaces the name in protobuf's binary form.
        let number: UInt32
        /// The name in snake_case, as in the protocol's source.
        let name: String
        /// The name in lowerCamelCase, as clients write it.
        let camelName: String
        let kind: Kind
        let presence: Presence

        init(_ number: UInt32, _ name: String, _ kind: Kind, _ presence: Presence = .always) {
            self.number = number
            self.name = name
            self.kind = kind
            self.presence = presence
            let words = name.split(separator: "_")
            camelName =
                words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        }
    }

    var name: String
    var fields: [Field]

    init(_ name: String, _ fields: [Field]) {
        self.name = name
        self.fields = fields
    }

    /// Returns the field with that name, in either notation.
    func field(_ name: String) -> Field? { fields.first { $0.name == name || $0.camelName == name } }
}

/// The names and numbers of an enumeration.
struct LiveKitEnumeration: Sendable {
    private let names: [Int64: String]

    /// Creates an enumeration whose names are numbered from 0.
    init(_ names: [String]) {
        self.names = Dictionary(uniqueKeysWithValues: names.enumerated().map { (Int64($0), $1) })
    }

    /// Creates an enumeration with gaps between its numbers.
    ///
    /// - Parameter prefix: The common prefix of the names.
    init(prefix: String, _ names: [Int64: String]) { self.names = names.mapValues { prefix + $0 } }

    /// The name of an unset field.
    var first: String { names[0] ?? "" }

    func name(_ number: Int64) -> String? { names[number] }

    func number(_ name: String) -> Int64? { names.first { $0.value == name }?.key }

    /// The names in the order of their numbers, for messages.
    var list: String { names.sorted { $0.key < $1.key }.map(\.value).joined(separator: ", ") }
}

extension LiveKitMessage {
    /// Returns a response with these members: every field, in the protocol's order.
    ///
    /// - Parameter camelCase: Whether names are written in lowerCamelCase.
    func written(_ members: JSONObject, camelCase: Bool) -> JSONValue {
        var answer = JSONObject()
        for field in fields {
            let name = camelCase ? field.camelName : field.name
            if let value = members[field.name] {
                answer[name] = field.kind.written(value, camelCase: camelCase)
            } else if field.presence == .always {
                answer[name] = field.kind.unset
            }
        }
        return .object(answer)
    }

    /// Removes members that have their default value, at any depth: in protobuf, a default is the same as an unset
    /// field.
    func withoutDefaults(_ members: JSONObject) -> JSONObject {
        JSONObject(
            members.compactMap { name, value in
                guard let field = field(name) else { return (name, value) }
                let value = field.kind.withoutDefaults(value)
                return field.presence == .always && value == field.kind.unset ? nil : (name, value)
            })
    }
}

extension LiveKitMessage.Kind {
    /// The value of a field that is not set.
    fileprivate var unset: JSONValue {
        switch self {
        case .text: ""
        case .truth: false
        case .count, .real: 0
        case .long: "0"
        case .choice(let names): .string(names.first)
        case .duration, .time, .message: .null
        case .texts, .messages: []
        case .textMap: [:]
        }
    }

    fileprivate func withoutDefaults(_ value: JSONValue) -> JSONValue {
        switch (self, value) {
        case (.message(let message), .object(let members)): .object(message.withoutDefaults(members))
        case (.messages(let message), .array(let elements)):
            .array(elements.map { .object(message.withoutDefaults($0.object ?? [:])) })
        default: value
        }
    }

    fileprivate func written(_ value: JSONValue, camelCase: Bool) -> JSONValue {
        switch (self, value) {
        case (.message(let message), .object(let members)): message.written(members, camelCase: camelCase)
        case (.messages(let message), .array(let elements)):
            .array(elements.map { message.written($0.object ?? [:], camelCase: camelCase) })
        default: value
        }
    }
}
