import ZentrunkJSON

/// A vendor's message in an error body of any form.
///
/// One service may answer `{"Error": …}`, `{"error": {"message": …}}`, `{"message": ["…", "…"]}`, lists per field,
/// plain text, HTML or nothing. Gateways in front of it have formats of their own.
struct VendorWords {
    /// The message as one line, without secrets, at most 400 characters; nil if there is none.
    let message: String?
    /// Whether the body is an HTML page.
    let isPage: Bool
    /// The page's title.
    var pageTitle: String? { isPage && message != Self.somePage ? message : nil }
    /// The body, if it is JSON.
    let json: JSONValue?
    /// A description of a body that is not the API's own message about a missing object.
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

    /// Returns the text as one line without secrets, at most 400 characters; nil if nothing is left.
    static func line(_ text: String, _ redactor: Redactor) -> String? {
        let line = redactor.clean(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !line.isEmpty else { return nil }
        return line.count > longest ? line.prefix(longest) + "…" : line
    }

    /// Returns the first of these members that is a string.
    func requestID(_ keys: [String]) -> String? {
        // FastAPI services wrap everything in `detail`.
        keys.lazy.compactMap { json?[$0]?.string ?? json?["detail"]?[$0]?.string }.first
    }

    /// Searches for messages by member name, outermost first; names are case-insensitive.
    private static func words(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): return text
        case .array(let elements):
            let texts = elements.compactMap(words)
            return texts.isEmpty ? nil : texts.joined(separator: "; ")
        case .object(let members):
            let byName = Dictionary(members.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
            // NestJS has the status name in `error` and the reason in `message`.
            if byName["statuscode"] != nil, let said = byName["message"].flatMap(words), !said.isEmpty { return said }
            // FastAPI names the invalid part of the request and the reason, and echoes the input, which is left out
            // here.
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
            // Only the title of a gateway's page is informative.
            guard let start = text.firstRange(of: "<title>"), let end = text.firstRange(of: "</title>"),
                start.upperBound <= end.lowerBound
            else { return somePage }
            return String(text[start.upperBound..<end.lowerBound])
        }
        // Invalid UTF-8 means binary data, except at the end, where the prefix may have split a character.
        guard text.unicodeScalars.dropLast(4).allSatisfy({ $0 != "\u{FFFD}" }) else { return "bytes that are not text" }
        return text
    }

    private static func isPage(_ text: String) -> Bool {
        ["<html", "<HTML", "<!DOCTYPE", "<!doctype"].contains { text.contains($0) }
    }
}
