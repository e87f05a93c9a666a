/// What a run that failed leaves behind.
public enum Aftermath: Sendable, Hashable {
    /// Nothing was written.
    case nothingWritten
    /// Everything that was written was undone.
    case undone
    /// Something could not be undone or completed.
    case left([Leftover])

    /// What could not be undone or completed; empty in the other cases.
    public var leftovers: [Leftover] { if case .left(let leftovers) = self { leftovers } else { [] } }
}

/// Something that a run leaves behind, mostly an object.
public struct Leftover: Sendable, Hashable {
    /// The object's instance; nil if the sentence is about the run.
    public var instance: InstanceID?
    /// The kind's name.
    public var kind: String?
    /// The object's id; nil if it is not known, or if it is not known whether the object exists.
    public var id: String?
    /// A sentence about it.
    public var sentence: String

    /// Creates a leftover.
    public init(instance: InstanceID? = nil, kind: String? = nil, id: String? = nil, sentence: String) {
        self.instance = instance
        self.kind = kind
        self.id = id
        self.sentence = sentence
    }

    init(_ resource: PlannedResource, id: String?, _ sentence: String) {
        self.init(instance: resource.instance, kind: resource.kind, id: id, sentence: sentence)
    }
}
