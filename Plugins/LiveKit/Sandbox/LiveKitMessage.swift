import ZentrunkJSON
import ZentrunkSandbox

/// A protobuf message: its fields, and what they hold. <https://protobuf.dev/programming-guides/proto3/>
struct LiveKitMessage: Sendable {
    /// What a field holds.
    indirect enum Kind: Sendable {
        case text
        case truth
        /// A 32-bit integer, signed or not.
        case count(ClosedRange<Int64>)
        case real
        case duration
        case time
        case choice(LiveKitEnumeration)
        case message(LiveKitMessage)
        case texts
        case messages(LiveKitMessage)
        case textMap
    }

    /// When an answer has the field.
    enum Presence: Sendable, Hashable {
        /// Always, with its default when it is unset.
        case always
        /// Only when it is set.
        case optional
        /// Only when it is the one that is set of those with this name.
        case oneOf(String)
    }

    struct Field: Sendable {
        /// What stands for the name in protobuf's binary form.
        let number: UInt32
        /// In snake_case, as the protocol's source has it.
        let name: String
        /// In lowerCamelCase, as clients write it.
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

    /// The field of that name, whichever way it is spelt.
    func field(_ name: String) -> Field? { fields.first { $0.name == name || $0.camelName == name } }
}

/// The names of an enumeration and their numbers.
struct LiveKitEnumeration: Sendable {
    private let names: [Int64: String]

    /// Names that are numbered from 0.
    init(_ names: [String]) {
        self.names = Dictionary(uniqueKeysWithValues: names.enumerated().map { (Int64($0), $1) })
    }

    /// Names with gaps between their numbers.
    ///
    /// - Parameter prefix: What each of the names begins with.
    init(prefix: String, _ names: [Int64: String]) { self.names = names.mapValues { prefix + $0 } }

    /// What an unset field shows.
    var first: String { names[0] ?? "" }

    func name(_ number: Int64) -> String? { names[number] }

    func number(_ name: String) -> Int64? { names.first { $0.value == name }?.key }

    /// The names for people, by their numbers.
    var list: String { names.sorted { $0.key < $1.key }.map(\.value).joined(separator: ", ") }
}

extension LiveKitMessage {
    /// What an answer says of these members: every field, in the protocol's order.
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

    /// The members without those that say nothing, at any depth: protobuf does not know a default from nothing at all.
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
    /// What stands for a field that is not set.
    fileprivate var unset: JSONValue {
        switch self {
        case .text: ""
        case .truth: false
        case .count, .real: 0
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
