import Foundation
import ZentrunkJSON
import ZentrunkSandbox

/// An error response, in one of the four documented shapes. Ends the handling of a request.
/// <https://elevenlabs.io/docs/eleven-api/resources/errors>
struct ElevenLabsRefusal: Error {
    var answer: SandboxAnswer

    /// The documented envelope. `status` repeats the code for older clients.
    init(_ status: Int, _ type: String, _ code: String, _ message: String, parameter: String? = nil) {
        self.init(
            status,
            [
                "type": .string(type), "code": .string(code), "message": .string(message), "status": .string(code),
                "request_id": .string(UUID().uuidString.lowercased()),
                "param": parameter.map { .string($0) } ?? .null,
            ])
    }

    /// The older envelope.
    static func legacy(_ status: Int, _ code: String, _ message: String) -> ElevenLabsRefusal {
        ElevenLabsRefusal(status, ["status": .string(code), "message": .string(message)])
    }

    /// The framework's response to a request of the wrong shape. Each fault echoes the input, including passwords.
    static func invalid(_ faults: [JSONValue]) -> ElevenLabsRefusal { ElevenLabsRefusal(422, .array(faults)) }

    /// The framework's response to an unknown operation.
    static func framework(_ status: Int) -> ElevenLabsRefusal {
        ElevenLabsRefusal(status, .string(SandboxAnswer.reason(status)))
    }

    /// One fault of a request.
    static func fault(_ type: String, at location: [JSONValue], _ message: String, input: JSONValue) -> JSONValue {
        ["type": .string(type), "loc": .array(location), "msg": .string(message), "input": input]
    }

    private init(_ status: Int, _ detail: JSONValue) { answer = .json(status, ["detail": detail]) }
}
