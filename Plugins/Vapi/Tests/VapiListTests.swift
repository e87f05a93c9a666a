import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit
import ZentrunkVapiSandbox

@Suite("Vapi's lists in the sandbox")
struct VapiListTests {
    private static func seeded(_ count: Int) -> SandboxOptions {
        var options = SandboxOptions()
        options.seed = { services in
            services.service(VapiService.self).addCredential(["provider": "openai"])
            for index in 0..<count {
                services.service(VapiService.self).addPhoneNumber("+1415555\(1000 + index)", name: "n\(index)")
            }
        }
        return options
    }

    @Test("A list is a bare array of at most 100 objects of all providers, newest first")
    func bare() async throws {
        try await withSandbox(options: Self.seeded(120)) { caller async throws in
            _ = try await caller.createdCredential()
            let credentials = try await caller.vapi("GET", "/credential")
            #expect(credentials.json.array?.map { $0["provider"] } == ["byo-sip-trunk", "openai"])
            let numbers = try await caller.vapi("GET", "/phone-number")
            #expect(numbers.json.array?.count == 100)
            #expect(numbers["/0/name"] == "n119")
            #expect(try await caller.vapi("GET", "/phone-number?limit=1000").json.array?.count == 120)
            #expect(try await caller.vapi("GET", "/phone-number?limit=0").json == [])
        }
    }

    @Test("Paging by the time of the oldest object neither skips nor repeats an object")
    func walk() async throws {
        try await withSandbox(options: Self.seeded(25)) { caller async throws in
            var names: [String] = []
            var query = "limit=10"
            while true {
                let page = try await caller.vapi("GET", "/phone-number?\(query)").json.array ?? []
                names += page.compactMap { $0["name"]?.string }
                guard page.count == 10, let oldest = page.last?["createdAt"]?.string else { break }
                query = "limit=10&createdAtLt=\(oldest)"
            }
            #expect(names == (0..<25).reversed().map { "n\($0)" })
            #expect(caller.sandbox.violations.isEmpty)
        }
    }

    @Test(
        "Invalid limits and times are refused", arguments: ["limit=1001", "limit=-1", "limit=x", "createdAtGt=x"])
    func refused(query: String) async throws {
        try await withSandbox { caller async throws in
            #expect(try await caller.vapi("GET", "/credential?\(query)").status == 400)
        }
    }

    @Test("The second version has pages, a search and an order")
    func pages() async throws {
        try await withSandbox(options: Self.seeded(25)) { caller async throws in
            let second = try await caller.vapi("GET", "/v2/phone-number?limit=10&page=2")
            #expect(second["/results/0/name"] == "n14")
            #expect(second["/metadata/totalItems"] == 25)
            #expect(second["/metadata/totalPages"] == 3)
            #expect(second["/metadata/hasNextPage"] == true)
            let found = try await caller.vapi("GET", "/v2/phone-number?search=5551007&sortOrder=ASC")
            #expect(found["/results"]?.array?.map { $0["name"] } == ["n7"])
            #expect(try await caller.vapi("GET", "/v2/phone-number?page=0").status == 400)
        }
    }

    @Test("An undocumented parameter is recorded as a violation")
    func notes() async throws {
        try await withSandbox { caller async throws in
            #expect(try await caller.vapi("GET", "/credential?provider=byo-sip-trunk").status == 200)
            #expect(caller.sandbox.violations.count == 1)
        }
    }

    @Test(
        "An unknown path returns an error in the framework's shape",
        arguments: ["/credentials", "/calls", "/call/x", "/phone-number/x"])
    func missing(path: String) async throws {
        try await withSandbox { caller async throws in
            let reply = try await caller.vapi("GET", path)
            #expect(reply.status == 404)
            #expect(reply["/statusCode"] == 404)
        }
    }
}
