import ZentrunkJSON
import ZentrunkSandbox

/// The response of a method, before it is encoded in the requested form.
struct LiveKitReply: Sendable {
    var message: LiveKitMessage
    var members: JSONObject
    /// Notes that the response does not show.
    var notes: [String] = []
}

/// The two encodings of a body. Errors are JSON in both.
enum LiveKitForm: Sendable {
    case json
    case protobuf

    /// - Throws: `bad_route` for any other content type.
    init(_ request: SandboxRequest) throws(LiveKitRefusal) {
        let type = request.headers["content-type"] ?? ""
        switch type.prefix(while: { $0 != ";" }).trimmingSpaces.lowercased() {
        case "application/json": self = .json
        case "application/protobuf": self = .protobuf
        default: throw .badRoute("unexpected Content-Type: \"\(type)\"", request)
        }
    }

    /// Reads the members of a request's body, with notes that the response does not show.
    func read(_ request: SandboxRequest, as message: LiveKitMessage, _ quirks: LiveKitQuirks)
        throws(LiveKitRefusal) -> (members: JSONObject, notes: [String])
    {
        switch self {
        case .json:
            guard let json = request.json ?? Self.firstValue(in: request.body) else {
                throw .malformed("the body is not JSON")
            }
            var reader = LiveKitReader(refusesUnknownNames: quirks.refusesUnknownNames)
            return (try reader.read(json, as: message), reader.notes)
        case .protobuf:
            var reader = LiveKitWireReader()
            guard let members = reader.read(request.body, as: message) else {
                throw .malformed("the body is not a \(message.name)", in: .protobuf)
            }
            return (members, reader.notes)
        }
    }

    func answer(_ reply: LiveKitReply, _ quirks: LiveKitQuirks) -> SandboxAnswer {
        let answer =
            switch self {
            case .json:
                SandboxAnswer(
                    status: 200, headers: ["Content-Type": "application/json"],
                    body: Self.spaced(
                        reply.message.written(reply.members, camelCase: quirks.answersCamelCase).bytes()))
            case .protobuf:
                SandboxAnswer(
                    status: 200, headers: ["Content-Type": "application/protobuf"],
                    body: reply.message.bytes(reply.members))
            }
        return answer.noting(reply.notes)
    }

    // MARK: JSON as the server has it

    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    /// Adds a space after each comma, as Go's protobuf library writes it.
    private static func spaced(_ bytes: [UInt8]) -> [UInt8] {
        var spaced: [UInt8] = []
        var isInString = false
        var isEscaped = false
        for byte in bytes {
            spaced.append(byte)
            if isEscaped {
                isEscaped = false
            } else if byte == backslash {
                isEscaped = isInString
            } else if byte == quote {
                isInString.toggle()
            } else if byte == UInt8(ascii: ","), !isInString {
                spaced.append(UInt8(ascii: " "))
            }
        }
        return spaced
    }

    /// Returns the first array or object of a text and ignores what follows. Accepts NUL in strings, which our own
    /// reader refuses.
    private static func firstValue(in bytes: [UInt8]) -> JSONValue? {
        let start = bytes.firstIndex { !" \t\r\n".utf8.contains($0) } ?? bytes.endIndex
        var value: [UInt8] = []
        var depth = 0
        var isInString = false
        var index = start
        repeat {
            guard index < bytes.endIndex else { return nil }
            let byte = bytes[index]
            if isInString, byte == backslash {
                let nul = bytes[index...].starts(with: #"\u0000"#.utf8)
                value += nul ? Array(standIn.utf8) : Array(bytes[index...].prefix(2))
                index += nul ? 6 : 2
                continue
            }
            if byte == quote {
                isInString.toggle()
            } else if !isInString {
                if "{[".utf8.contains(byte) { depth += 1 }
                if "}]".utf8.contains(byte) { depth -= 1 }
            }
            value.append(byte)
            index += 1
        } while depth > 0 || isInString
        guard !String(decoding: bytes, as: UTF8.self).unicodeScalars.contains("\u{FFFF}") else { return nil }
        return (try? JSONValue(parsing: value)).map(restored)
    }

    /// Replaces NUL while a text is read. Not a valid character, so it does not occur in real text.
    private static let standIn = "\u{FFFF}"

    private static func restored(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(text.replacing(standIn, with: "\0"))
        case .array(let elements): .array(elements.map(restored))
        case .object(let members):
            .object(JSONObject(members.map { ($0.replacing(standIn, with: "\0"), restored($1)) }))
        default: value
        }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
