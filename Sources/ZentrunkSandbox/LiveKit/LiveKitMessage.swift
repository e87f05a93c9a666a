import ZentrunkJSON

/// A protobuf message, as far as its JSON form goes. <https://protobuf.dev/programming-guides/json/>
struct LiveKitMessage: Sendable {
    /// What a field holds.
    indirect enum Kind: Sendable {
        case text
        case truth
        /// A 32-bit integer, signed or not.
        case count(ClosedRange<Int64>)
        case duration
        /// A time; not looked into, since no client has to send one.
        case time
        /// A name of an enumeration; its place in the list is its number.
        case choice([String])
        /// A name of an enumeration that is too long to be listed: all begin with the prefix, and the zero goes on as given.
        case anyChoice(prefix: String, first: String)
        case message(LiveKitMessage)
        /// A message that is stored as it was sent.
        case opaque
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
        /// In snake_case, as the protocol's source has it.
        let name: String
        /// In lowerCamelCase, as clients write it.
        let camelName: String
        let kind: Kind
        let presence: Presence

        init(_ name: String, _ kind: Kind, _ presence: Presence = .always) {
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

    /// The members without those that say nothing: protobuf does not know a default from nothing at all.
    func withoutDefaults(_ members: JSONObject) -> JSONObject {
        JSONObject(
            members.filter { name, value in
                guard let field = field(name), field.presence == .always else { return true }
                return value != field.kind.unset
            }.map { ($0.name, $0.value) })
    }
}

extension LiveKitMessage.Kind {
    /// What stands for a field that is not set.
    fileprivate var unset: JSONValue {
        switch self {
        case .text: ""
        case .truth: false
        case .count: 0
        case .choice(let names): .string(names.first ?? "")
        case .anyChoice(let prefix, let first): .string(prefix + first)
        case .duration, .time, .message, .opaque: .null
        case .texts, .messages: []
        case .textMap: [:]
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
