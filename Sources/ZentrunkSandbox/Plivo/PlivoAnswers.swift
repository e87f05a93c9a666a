import Foundation
import ZentrunkJSON

/// An error response. Ends the handling of a request.
struct PlivoRefusal: Error {
    var answer: SandboxAnswer

    /// An error in Zentrunk's own shape, with a capital E.
    static func zentrunk(_ status: Int, _ text: String, idField: String = "api_id") -> PlivoRefusal {
        PlivoRefusal(answer: .json(status, .object(["Error": .string(text), idField: .string(PlivoAnswer.apiID())])))
    }

    /// An error in the shape of Plivo's older endpoints.
    static func classic(_ status: Int, _ text: String) -> PlivoRefusal {
        PlivoRefusal(answer: .json(status, ["api_id": .string(PlivoAnswer.apiID()), "error": .string(text)]))
    }
}

enum PlivoAnswer {
    static func apiID() -> String { UUID().uuidString.lowercased() }

    /// The response to creates and updates: a message and the id, never the object.
    static func written<Object: PlivoObject>(_ object: Object, _ message: String, status: Int) -> SandboxAnswer {
        .json(
            status,
            .object([
                "api_id": .string(apiID()), "message": .string(message), Object.idField: .string(object.id),
            ]))
    }

    static let deleted = SandboxAnswer(status: 204)

    /// Returns one page of a list. <https://www.plivo.com/docs/sip-trunking/api/overview>
    ///
    /// - Parameter slash: Whether `meta.next` begins with a slash. Zentrunk's pages do not, the Number API's do.
    static func page(
        _ rows: some RandomAccessCollection<JSONObject>, of call: PlivoCall, slash: Bool
    ) throws(PlivoRefusal) -> SandboxAnswer {
        let limit = try count("limit", of: call, default: 20, upTo: 20)
        let offset = try count("offset", of: call, default: 0, upTo: .max)
        let path = slash ? call.request.path : String(call.request.path.dropFirst())
        func link(_ offset: Int) -> JSONValue { .string("\(path)?limit=\(limit)&offset=\(offset)") }
        let page = rows.dropFirst(offset).prefix(limit)
        return .json(
            200,
            [
                "api_id": .string(apiID()),
                "meta": [
                    "limit": .integer(Int64(limit)), "offset": .integer(Int64(offset)),
                    "total_count": .integer(Int64(rows.count)),
                    "next": offset + page.count < rows.count && limit > 0 ? link(offset + limit) : .null,
                    "previous": offset > 0 ? link(max(0, offset - limit)) : .null,
                ],
                "objects": .array(page.map { .object($0) }),
            ])
    }

    private static func count(_ name: String, of call: PlivoCall, default fallback: Int, upTo limit: Int)
        throws(PlivoRefusal) -> Int
    {
        guard let text = call.request.parameter(name) else { return fallback }
        guard let value = Int(text), value >= 0, value <= limit else {
            throw call.refusal(400, "Invalid \(name) \(text) provided, \(name) should be between 0 to \(limit)")
        }
        return value
    }
}
