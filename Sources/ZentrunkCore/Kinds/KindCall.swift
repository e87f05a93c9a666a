public import HTTPTypes

/// One call of a kind's API, as the vendor documents it.
@_spi(Adapter) public struct KindCall: Sendable, Hashable {
    /// What the call does with objects of the kind.
    public enum Operation: String, Sendable, Hashable, CaseIterable { case list, create, read, update, delete }

    /// What the call does with objects of the kind.
    public var operation: Operation
    /// The HTTP method.
    public var method: HTTPRequest.Method
    /// The path from the root; `{id}` stands for the object's id.
    public var path: String
    /// The members of the request body, if they differ from the fields that templates write.
    public var members: [String]?

    /// Creates a call; `members` is nil if the request body holds the fields that templates write.
    public init(_ operation: Operation, _ method: HTTPRequest.Method, _ path: String, members: [String]? = nil) {
        self.operation = operation
        self.method = method
        self.path = path
        self.members = members
    }
}
