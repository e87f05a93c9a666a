import Foundation
import ZentrunkJSON
import ZentrunkSandbox

/// The state of the workspace.
struct ElevenLabsStore: Sendable {
    let quirks: ElevenLabsQuirks
    /// Numbers in the order of their import.
    var phoneNumbers: [ElevenLabsPhoneNumber] = []
    /// Names of agents by id.
    var agents: [String: String] = [:]
    /// The agents that exist for calls; nil for every one that is named.
    var existingAgents: Set<String>?
    /// Conversations in the order of their start.
    var conversations: [ElevenLabsConversation] = []
    /// The SIP messages of all numbers, the oldest first.
    var messages: [ElevenLabsMessage] = []

    init(quirks: ElevenLabsQuirks) { self.quirks = quirks }

    mutating func answer(_ request: SandboxRequest) throws(ElevenLabsRefusal) -> SandboxAnswer {
        if let answer = try answerCalls(request) { return answer }
        let root = "/v1/convai/phone-numbers"
        switch request.path {
        case root:
            try authorize(request, methods: ["GET", "POST"])
            return try request.method == "GET" ? list(request) : importNumber(request)
        case "/v1/convai/v2/phone-numbers" where quirks.hasPagedList:
            try authorize(request, methods: ["GET"])
            return try listPage(request)
        case let path where path.hasPrefix(root + "/"):
            let id = String(path.dropFirst(root.count + 1))
            guard !id.isEmpty, !id.contains("/") else { throw .framework(404) }
            try authorize(request, methods: ["GET", "PATCH", "DELETE"])
            if request.method == "PATCH" { return try update(id, request) }
            let index = try index(of: id)
            let record = phoneNumbers[index]
            guard request.method == "DELETE" else { return .json(200, shown(record)) }
            phoneNumbers.remove(at: index)
            // The body is undocumented; null is what the framework returns for a function without a result.
            return .json(200, .null)
        default: throw .framework(404)
        }
    }

    func authorize(_ request: SandboxRequest, methods: Set<String>) throws(ElevenLabsRefusal) {
        guard methods.contains(request.method) else { throw .framework(405) }
        guard let key = request.headers["xi-api-key"] else {
            throw ElevenLabsRefusal(401, "authentication_error", "missing_api_key", "The xi-api-key header is missing")
        }
        guard key == ElevenLabsService.apiKey else {
            throw ElevenLabsRefusal(401, "authentication_error", "invalid_api_key", "Invalid API key")
        }
        let permission: ElevenLabsQuirks.Permission = request.method == "GET" ? .read : .write
        guard quirks.permissions.contains(permission) else {
            throw .legacy(
                401, "missing_permissions",
                "The API key you used is missing the permission \(permission.rawValue) to execute this operation.")
        }
    }

    func index(of id: String) throws(ElevenLabsRefusal) -> Int {
        guard let index = phoneNumbers.firstIndex(where: { $0.id == id }) else {
            throw ElevenLabsRefusal(
                404, "not_found", "phone_number_not_found", "Phone number \(id) was not found",
                parameter: "phone_number_id")
        }
        return index
    }

    func shown(_ record: ElevenLabsPhoneNumber) -> JSONValue {
        .object(record.shown(agentName: { agents[$0] ?? "Agent \($0)" }, quirks))
    }

    var state: JSONValue {
        [
            "phone_numbers": .array(
                phoneNumbers.map { .object((shown($0).object ?? [:]).merging($0.written)) }),
            "conversations": .array(conversations.map { .object($0.row(at: .distantFuture)) }),
        ]
    }
}
