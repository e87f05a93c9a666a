import Foundation
import ZentrunkJSON
import ZentrunkSandbox

extension ElevenLabsStore {
    private static let filters: Set<String> = ["provider", "agent_id", "branch_id"]
    private static let pageFilters = filters.union([
        "page_size", "search", "label", "phone_number", "supports_outbound", "sort_by", "sort_direction", "cursor",
    ])

    /// Lists all numbers as a bare array. <https://elevenlabs.io/docs/api-reference/phone-numbers/list>
    func list(_ request: SandboxRequest) throws(ElevenLabsRefusal) -> SandboxAnswer {
        .json(200, .array(try selected(by: request).map(shown)))
            .noting(Self.notes(on: request, parameters: Self.filters))
    }

    /// Lists one page of the numbers. <https://elevenlabs.io/docs/api-reference/phone-numbers/list-v-2>
    func listPage(_ request: SandboxRequest) throws(ElevenLabsRefusal) -> SandboxAnswer {
        var found = try selected(by: request)
        func keep(_ parameter: String, _ holds: (ElevenLabsPhoneNumber, String) -> Bool) {
            if let wanted = request.parameter(parameter) { found.removeAll { !holds($0, wanted) } }
        }
        keep("search") { record, text in
            record.id == text || Self.text(record.label, contains: text) || Self.text(record.number, contains: text)
        }
        keep("label") { Self.text($0.label, contains: $1) }
        keep("phone_number") { quirks.matchesNumbersExactly ? $0.number == $1 : $0.number.contains($1) }
        let outbound = try Self.choice("supports_outbound", of: request, among: ["true", "false"])
        if let outbound { found.removeAll { $0.supportsOutbound != (outbound == "true") } }
        found = try Self.sorted(found, by: request)

        let start = try Self.start(of: request, upTo: found.count)
        let page = found.dropFirst(start).prefix(try Self.pageSize(request, default: 100, upTo: 1000))
        let end = start + page.count
        return .json(
            200,
            [
                "phone_numbers": .array(page.map(shown)), "has_more": .bool(end < found.count),
                "next_cursor": end < found.count ? .string(Self.cursor(at: end)) : .null,
            ]
        ).noting(Self.notes(on: request, parameters: Self.pageFilters))
    }

    /// Applies the filters that both lists support.
    private func selected(by request: SandboxRequest) throws(ElevenLabsRefusal) -> [ElevenLabsPhoneNumber] {
        let providers = ElevenLabsService.Provider.allCases.map(\.rawValue)
        let provider = try Self.choice("provider", of: request, among: providers)
        let agent = request.parameter("agent_id")
        let branch = request.parameter("branch_id")
        return phoneNumbers.filter { record in
            (provider == nil || record.provider.rawValue == provider) && (agent == nil || record.agent == agent)
                && (branch == nil || record.branch == branch)
        }
    }

    private static func sorted(_ records: [ElevenLabsPhoneNumber], by request: SandboxRequest)
        throws(ElevenLabsRefusal) -> [ElevenLabsPhoneNumber]
    {
        let field = try choice("sort_by", of: request, among: ["label", "phone_number"])
        let isDescending = try choice("sort_direction", of: request, among: ["asc", "desc"]) == "desc"
        guard let field else { return isDescending ? records.reversed() : records }
        return records.sorted { left, right in
            let (first, second) = isDescending ? (right, left) : (left, right)
            return field == "label" ? first.label < second.label : first.number < second.number
        }
    }

    // MARK: Parameters

    private static func text(_ text: String, contains part: String) -> Bool {
        part.isEmpty || text.lowercased().contains(part.lowercased())
    }

    /// Returns a parameter of an enumerated type.
    private static func choice(_ name: String, of request: SandboxRequest, among choices: [String])
        throws(ElevenLabsRefusal) -> String?
    {
        guard let value = request.parameter(name) else { return nil }
        guard choices.contains(value) else {
            throw .invalid([
                ElevenLabsRefusal.fault(
                    "enum", at: ["query", .string(name)],
                    "Input should be \(choices.map { "'\($0)'" }.joined(separator: " or "))", input: .string(value))
            ])
        }
        return value
    }

    /// Returns the page size, at least 1.
    static func pageSize(
        _ request: SandboxRequest, default usual: Int, upTo limit: Int
    ) throws(ElevenLabsRefusal) -> Int {
        guard let text = request.parameter("page_size") else { return usual }
        guard let size = Int(text), (1...limit).contains(size) else {
            throw ElevenLabsRefusal(
                400, "validation_error", "invalid_page_size", "page_size must be between 1 and \(limit)",
                parameter: "page_size")
        }
        return size
    }

    /// Returns an opaque cursor, with characters that a query has to escape.
    static func cursor(at offset: Int) -> String { Data("offset>\(offset)?".utf8).base64EncodedString() }

    static func start(of request: SandboxRequest, upTo count: Int) throws(ElevenLabsRefusal) -> Int {
        guard let text = request.parameter("cursor") else { return 0 }
        guard let start = (0...count).first(where: { cursor(at: $0) == text }) else {
            throw ElevenLabsRefusal(
                400, "validation_error", "invalid_cursor", "The cursor is not one of this list", parameter: "cursor")
        }
        return start
    }

    static func notes(on request: SandboxRequest, parameters: Set<String>) -> [String] {
        request.query.map(\.name).filter { !parameters.contains($0) }.map { "\($0) is not a documented parameter" }
    }
}
