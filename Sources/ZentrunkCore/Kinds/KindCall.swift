public import HTTPTypes

/// One call of a kind's API, as its documentation writes it.
public struct KindCall: Sendable, Hashable {
    /// What it does to objects of the kind.
    public enum Operation: String, Sendable, Hashable, CaseIterable { case list, create, read, update, delete }

    public var operation: Operation
    public var method: HTTPRequest.Method
    /// From the root; `{id}` stands for the object's id.
    public var path: String
    /// The members of its body, when they are not the fields that templates write.
    public var members: [String]?

    public init(_ operation: Operation, _ method: HTTPRequest.Method, _ path: String, members: [String]? = nil) {
        self.operation = operation
        self.method = method
        self.path = path
        self.members = members
    }
}
