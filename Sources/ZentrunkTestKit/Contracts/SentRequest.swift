import Testing
package import ZentrunkJSON
package import ZentrunkSandbox

/// One request to a vendor, and what the vendor's contract says about it.
package struct SentRequest: Sendable, CustomTestStringConvertible {
    package var vendor: String
    package var method: String
    package var path: String
    package var query: [SandboxQueryItem]
    package var body: JSONValue?
    /// What the only violation contains; nil when there is none.
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

    /// Expects that the contract finds the violation, and nothing else.
    package func check() throws {
        let violations = try Contracts.validator(vendor).violations(in: [record])
        #expect(violations.count == (violation == nil ? 0 : 1), "\(violations)")
        #expect(violations.first?.contains(violation ?? "") ?? true, "\(violations)")
    }
}
