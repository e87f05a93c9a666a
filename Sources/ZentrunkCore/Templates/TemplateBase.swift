/// Parameters, secrets and resources that several templates share, such as the carrier's half of every pairing.
///
/// A template that `extends` a base names the entries that it takes over. An entry without a `type` or a `kind` is laid
/// over the base's entry of the same key: its members take precedence, including the members of its `body`. An entry
/// with a `type` or a `kind` is independent of the base.
@_spi(Adapter) public struct TemplateBase: Sendable {
    /// The name that templates write after `extends`.
    public var name: String
    /// The bytes of its JSON file.
    public var bytes: [UInt8]

    /// A base from the bytes of a JSON file.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// The file's name in messages.
    var file: String { "\(name) (built in)" }
}
