/// Parameters, secrets and resources that several templates share, such as the carrier's half of every pairing.
///
/// A template that `extends` a base names what it takes over. An entry without a `type` or a `kind` of its own is laid over the
/// base's entry of the same key: its members take precedence, and so do the members of its `body`. An entry with a `type` or a
/// `kind` stands for itself.
public struct TemplateBase: Sendable {
    /// What templates write after `extends`.
    public var name: String
    /// The bytes of its JSON file.
    public var bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// The file's name in messages.
    var file: String { "\(name) (built in)" }
}
