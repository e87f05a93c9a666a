import ZentrunkJSON

/// What a vendor says in an error body, whatever shape it has.
///
/// The same service answers `{"Error": …}`, `{"error": {"message": …}}`, `{"message": ["…", "…"]}`, per-field lists, plain
/// text, HTML or nothing; gateways in front of it answer what they like.
struct VendorWords {
    /// One line for a person, secrets removed, at most 400 characters; nil when nothing was said.
    let message: String?
    /// Whether it is a page for browsers.
    let isPage: Bool
    /// The page's title.
    var pageTitle: String? { isPage && message != Self.somePage ? message : nil }
    /// The body, when it is JSON.
    let json: JSONValue?
    /// What the body is when it is not the API's own word about something that is missing.
    var strange: String {
        if isPage { return pageTitle.map { "an HTML page: \($0)" } ?? Self.somePage }
        return message.map { "not in its API's own words: \($0)" } ?? "without its API's own words"
    }

    private static let longest = 400
    private static let longestText = 4000
    private static let somePage = "an HTML page"

    init(_ body: [UInt8], redactor: Redactor) {
        json = try? JSONValue(parsing: body)
        let text = String(decoding: body.prefix(Self.longestText), as: UTF8.self)
        isPage = json == nil && Self.isPage(text)
        let words = json.flatMap(Self.words) ?? Self.plainText(text)
        message = words.flatMap { Self.line($0, redactor) }
    }

    /// The text as one line for a person, secrets removed, at most 400 characters; nil when nothing is left.
    static func line(_ text: String, _ redactor: Redactor) -> String? {
        let line = redactor.clean(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !line.isEmpty else { return nil }
        return line.count > longest ? line.prefix(longest) + "…" : line
    }

    /// The first of the members that is a string.
    func requestID(_ keys: [String]) -> String? {
        // FastAPI services wrap everything in `detail`.
        keys.lazy.compactMap { json?[$0]?.string ?? json?["detail"]?[$0]?.string }.first
    }

    /// Looks for words by name, from the outside in; names are compared without case.
    private static func words(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): return text
        case .array(let elements):
            let texts = elements.compactMap(words)
            return texts.isEmpty ? nil : texts.joined(separator: "; ")
        case .object(let members):
            let byName = Dictionary(members.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
            // NestJS repeats the status' name in `error` and says what is wrong in `message`.
            if byName["statuscode"] != nil, let said = byName["message"].flatMap(words), !said.isEmpty { return said }
            // FastAPI says what was wrong with which part of the request, and echoes what was sent, which is not repeated.
            if let place = byName["loc"]?.array, let said = byName["msg"]?.string {
                return place.compactMap(\.templateText).joined(separator: ".") + ": " + said
            }
            for name in ["error", "global_error", "message", "detail", "msg", "data"] {
                if let said = byName[name].flatMap(words), !said.isEmpty { return said }
            }
            guard let fields = byName["errors"] else { return nil }
            guard let perField = fields.object else { return words(fields) }
            let texts = perField.names.sorted().compactMap { name in
                perField[name].flatMap(words).map { name == "global_error" ? $0 : "\(name): \($0)" }
            }
            return texts.isEmpty ? nil : texts.joined(separator: "; ")
        default: return nil
        }
    }

    private static func plainText(_ text: String) -> String? {
        guard !isPage(text) else {
            // Of a gateway's page only the title says something.
            guard let start = text.firstRange(of: "<title>"), let end = text.firstRange(of: "</title>"),
                start.upperBound <= end.lowerBound
            else { return somePage }
            return String(text[start.upperBound..<end.lowerBound])
        }
        // Bytes that are no text, but for a character that the cut went through.
        guard text.unicodeScalars.dropLast(4).allSatisfy({ $0 != "\u{FFFD}" }) else { return "bytes that are not text" }
        return text
    }

    private static func isPage(_ text: String) -> Bool {
        ["<html", "<HTML", "<!DOCTYPE", "<!doctype"].contains { text.contains($0) }
    }
}
