@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

extension Warning {
    /// A template whose facts were checked long ago.
    static func staleTemplate(_ sentence: String) -> Warning { Warning(Code("stale-template"), sentence) }

    /// A fallback that is less secure than its trunk.
    static func insecureFailover(_ sentence: String) -> Warning { Warning(Code("insecure-failover"), sentence) }

    /// An origination URI that leaves the transport open.
    static func noTransport(_ sentence: String) -> Warning { Warning(Code("no-transport"), sentence) }

    /// A collision, in a command that only reads.
    init(_ collision: Collision) {
        self.init(
            Code("collision"), collision.message, about: RecordedObject(kind: collision.what, id: collision.id),
            remedies: collision.remedies)
    }

    /// The sentence with its mark, and below it each step as it can be pasted.
    ///
    /// - Parameter indent: In front of every line.
    func lines(_ style: Style, indent: String = "  ") -> [String] {
        ["\(indent)\(style.warning("!")) \(message)"]
            + RemedyText.current.steps(remedies).map { "\(indent)  next: \($0)" }
    }

    /// `code`, `object` with `kind` and `id`, `message`, `next`, `remedies`.
    var document: JSONValue { json.document(adding: ["next": remedies.steps]) }
}
