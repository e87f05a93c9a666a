public import ZentrunkJSON
public import ZentrunkSandbox

/// Checks recorded requests against a vendor's OpenAPI document: that it has the operation and the parameters, and that
/// it allows the body.
///
///     let contract = try ContractValidator(vendor: "plivo", contract: JSONValue(parsing: bytes))
///     #expect(contract.violations(in: sandbox.requests).isEmpty)
public struct ContractValidator: Sendable {
    private struct Operation: Sendable {
        var method: String
        /// The path of the server and of the operation, split at slashes; `{…}` matches any one segment.
        var segments: [String]
        var description: JSONObject
        /// Query parameters with their schemas.
        var parameters: [String: JSONValue]
    }

    private let vendor: String
    private let contract: JSONValue
    private let operations: [Operation]

    /// - Parameters:
    ///   - vendor: The vendor to check, named as in `RecordedRequest.vendor`.
    ///   - contract: An OpenAPI document, 3.0 or 3.1. Paths are relative to the path of its first server's URL.
    /// - Throws: `JSONDecodingError` when it has no paths.
    public init(vendor: String, contract: JSONValue) throws(JSONDecodingError) {
        self.vendor = vendor
        self.contract = contract
        let root = JSONCursor(contract)
        let prefix = Self.path(ofServer: try root.member("servers").elements().first?.member("url").string() ?? "")
        var operations: [Operation] = []
        for (path, item) in try root.member("paths").members() {
            let shared = item["parameters"]?.array ?? []
            for (method, operation) in item.object ?? [:] where Self.methods.contains(method) {
                operations.append(
                    Operation(
                        method: method.uppercased(), segments: Self.split(prefix + path),
                        description: operation.object ?? [:],
                        parameters: Self.queryParameters(
                            shared + (operation["parameters"]?.array ?? []), in: contract)))
            }
        }
        self.operations = operations
    }

    /// Returns one sentence for each rule that a request to this vendor breaks. Refused and failed requests are checked
    /// too.
    ///
    /// The sentences contain no values, and so no secrets.
    public func violations(in requests: [RecordedRequest]) -> [String] {
        requests.filter { $0.vendor == vendor }.flatMap { request in
            violations(of: request).map { "#\(request.sequence) \(request.method) \(request.path): \($0)" }
        }
    }

    /// Returns one sentence for each rule that a response body breaks. For checks of the sandbox itself.
    ///
    /// - Returns: One sentence also when the contract lacks the operation, or a body for that status.
    public func violations(inAnswer body: JSONValue, status: Int, to method: String, _ path: String) -> [String] {
        guard let operation = operation(method, path) else { return ["the contract has no such operation"] }
        let answers = operation.description["responses"]
        guard let answer = answers?[String(status)] ?? answers?["\(status / 100)XX"] ?? answers?["default"],
            let schema = Self.schema(in: Self.resolved(answer, in: contract))
        else { return ["the contract has no \(status) with a body"] }
        return JSONSchema(document: contract).complaints(about: body, by: schema)
    }

    private func violations(of request: RecordedRequest) -> [String] {
        guard let operation = operation(request.method, request.path) else {
            return ["the contract has no such operation"]
        }
        let schema = JSONSchema(document: contract)
        var violations = request.query.flatMap { item in
            operation.parameters[item.name].map { parameter in
                schema.complaints(
                    about: Self.value(item.value, by: parameter, in: contract), by: parameter,
                    at: JSONPointer([item.name]))
            } ?? ["the contract has no parameter \(item.name)"]
        }
        let allowed = operation.description["requestBody"].flatMap { Self.schema(in: Self.resolved($0, in: contract)) }
        switch (allowed, request.body.isEmpty) {
        case (nil, true): break
        case (nil, false): violations.append("the contract has no body here")
        case (_, true): violations.append("the contract has a body here")
        case (let allowed?, false):
            guard let document = request.document else { return violations + ["the body is not JSON"] }
            violations += schema.complaints(about: document, by: allowed)
        }
        return violations
    }

    private func operation(_ method: String, _ path: String) -> Operation? {
        let segments = Self.split(path)
        return operations.first { operation in
            operation.method == method && operation.segments.count == segments.count
                && zip(operation.segments, segments).allSatisfy { $0.hasPrefix("{") ? !$1.isEmpty : $0 == $1 }
        }
    }

    // MARK: Reading the contract

    private static let methods: Set<String> = ["get", "post", "put", "patch", "delete"]

    /// Keeps empty segments, so that a trailing slash matters.
    private static func split(_ path: String) -> [String] {
        path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }

    private static func path(ofServer url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count > 3 ? "/" + parts[3] : ""
    }

    private static func resolved(_ value: JSONValue, in contract: JSONValue) -> JSONValue {
        guard let reference = value["$ref"]?.string, let pointer = JSONPointer(String(reference.dropFirst())) else {
            return value
        }
        return contract[pointer] ?? .null
    }

    private static func schema(in content: JSONValue) -> JSONValue? {
        content["content"]?["application/json"]?["schema"]
    }

    private static func queryParameters(_ parameters: [JSONValue], in contract: JSONValue) -> [String: JSONValue] {
        parameters.map { resolved($0, in: contract) }.reduce(into: [:]) { found, parameter in
            guard parameter["in"] == "query", let name = parameter["name"]?.string else { return }
            found[name] = resolved(parameter["schema"] ?? true, in: contract)
        }
    }

    /// Converts a parameter's text to the schema's type. Text stays text where the schema allows it.
    private static func value(_ text: String, by schema: JSONValue, in contract: JSONValue) -> JSONValue {
        let parts = [schema] + (schema["anyOf"]?.array ?? [])
        let types = Set(parts.compactMap { resolved($0, in: contract)["type"]?.string })
        guard !types.contains("string") else { return .string(text) }
        if !types.isDisjoint(with: ["integer", "number"]) {
            if let integer = Int64(text) { return .integer(integer) }
            if let number = Double(text) { return .double(number) }
        }
        if types.contains("boolean"), let truth = Bool(text) { return .bool(truth) }
        return .string(text)
    }
}
