import ZentrunkJSON
import ZentrunkSandbox

/// An error response in the shape of the framework that Vapi uses. Ends the handling of a request.
struct VapiRefusal: Error {
    var answer: SandboxAnswer

    /// An error with a single message.
    init(_ status: Int, _ message: String) { self.init(status, .string(message)) }

    /// An error with one message for each invalid property.
    static func invalid(_ complaints: [String]) -> VapiRefusal {
        VapiRefusal(400, .array(complaints.map { .string($0) }))
    }

    private init(_ status: Int, _ message: JSONValue) {
        answer = .json(
            status,
            [
                "message": message, "error": .string(SandboxAnswer.reason(status)),
                "statusCode": .integer(Int64(status)),
            ])
    }
}
