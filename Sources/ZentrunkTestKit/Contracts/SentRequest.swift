import Testing
package import ZentrunkJSON
package import ZentrunkSandbox

/// A request to a vendor, with the expected result of its contract.
package struct SentRequest: Sendable, CustomTestStringConvertible {
    package var vendor: String
    package var method: String
    package var path: String
    package var query: [SandboxQueryItem]
    package var body: JSONValue?
    /// A part of the only expected violation; nil if none is expected.
    package var violation: String?

    package init(
        vendor: String = "plivo", method: String = "POST", path: String, query: [SandboxQueryItem] = [],
        body: JSONValue? = nil, violation: String? = nil
    ) {
        self.vendor = vendor
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.violation = violation
    }

    package var testDescription: String { "\(vendor) \(method) \(path) \(body?.text() ?? "")" }

    package var record: RecordedRequest {
        let prefix = vendor == "plivo" ? "/v1/Account/\(PlivoService.authID)" : ""
        return RecordedRequest(
            sequence: 1, vendor: vendor, method: method, path: prefix + path, query: query,
            body: body?.bytes() ?? [], document: body, isWrite: method != "GET", started: .zero)
    }

    /// Expects the violation, and no other.
    package func check() throws {
        let violations = try Contracts.validator(vendor).violations(in: [record])
        #expect(violations.count == (violation == nil ? 0 : 1), "\(violations)")
        #expect(violations.first?.contains(violation ?? "") ?? true, "\(violations)")
    }
}
