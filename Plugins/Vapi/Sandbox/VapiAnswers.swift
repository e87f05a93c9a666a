import ZentrunkJSON
import ZentrunkSandbox

/// An answer that ends the handling of a request early, in the shape of the framework that Vapi is built on.
struct VapiRefusal: Error {
    var answer: SandboxAnswer

    /// One sentence.
    init(_ status: Int, _ message: String) { self.init(status, .string(message)) }

    /// One sentence for each property that is wrong.
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
