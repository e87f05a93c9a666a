import HTTPTypes
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Lists that change while they are read")
struct ListReadingTests {
    /// The paging of a list.
    enum Form: String, Sendable, CaseIterable {
        case offsets, offsetsWithoutTotal, creation, cursors, headers, numbers

        var listing: any Pagination {
            switch self {
            case .offsets: offsets(total: ["meta", "total_count"])
            case .offsetsWithoutTotal: offsets(total: ["nothing"])
            case .creation:
                DatePagination(items: nil, pageSize: 20, limit: "limit", before: "before", created: "createdAt")
            case .cursors: cursors("cursor", .member("next_cursor", while: "has_more"))
            case .headers: cursors("cursor", .header("x-next"))
            case .numbers: cursors("page", .number(first: 0, pageSize: 20))
            }
        }

        /// Whether each page is asked for by what the one before says.
        var isByCursor: Bool { [.cursors, .headers, .numbers].contains(self) }

        private func offsets(total: [String]) -> any Pagination {
            OffsetPagination(
                items: "objects", total: JSONPointer(total), pageSize: 20, limit: "limit", offset: "offset")
        }

        private func cursors(_ parameter: String, _ next: CursorPagination.Next) -> any Pagination {
            CursorPagination(
                path: "/pages", items: "items", pageSize: 20, limit: "page_size", cursor: parameter, next: next)
        }
    }

    private func resource(_ form: Form, _ transport: any HTTPTransport) throws -> RESTResource {
        let client = APIClient(
            "Test", base: try APIBase("https://api.example.com", setting: "TEST_URL"), side: .platform,
            authorization: .init { Secret("x") }, keyVariable: "TEST_KEY", transport: transport, redactor: Redactor())
        let kind = KindDescription(
            "test.row", title: "row", side: .platform, idField: "id", nameField: nil,
            fields: ["id": .string.readOnly(), "bulk": .string])
        return RESTResource(kind, client: client, collection: "/rows", listing: form.listing)
    }

    private func ids(_ form: Form, _ list: MovingList) async throws -> [String] {
        try await resource(form, list).find(.everything).map(\.id)
    }

    @Test("Rows that are present all the time are never missed", arguments: Form.allCases, 0..<12)
    func steady(_ form: Form, _ seed: Int) async throws {
        let churn = MovingList.Churn(percent: 5 + seed % 4 * 20, most: 1 + seed % 3)
        let list = MovingList(steady: 90 + seed * 2, passing: 50, moments: 4, churn: churn, seed: UInt64(seed))
        do {
            let found = try await ids(form, list)
            #expect(list.steady.subtracting(found) == [])
            #expect(found.count == Set(found).count)
        } catch let error as ZentrunkError {
            // Giving up is allowed if rows change with most pages. Missing a row never is.
            #expect(error.message.contains("faster than it could be read"))
            #expect(churn.percent > 5 || form.isByCursor, "\(error)")
        }
    }

    @Test("Rows that are present all the time are never missed by offset, in 1,000 lists")
    func steadyByOffset() async throws {
        var gaveUp = 0
        for seed in 0..<1000 {
            let churn = MovingList.Churn(percent: 5 + seed % 8 * 12, most: 1 + seed % 5, inserts: seed % 3 > 0)
            let list = MovingList(steady: 40 + seed % 97, passing: seed % 89, churn: churn, seed: UInt64(5000 + seed))
            let size = [2, 3, 5, 20][seed % 4]
            let pages = OffsetPages(pageSize: size, place: .platform) { list.page(at: $0, size: size) }
            do {
                let missed = list.steady.subtracting(try await pages.all().map(\.id))
                #expect(missed == [], "seed \(seed)")
            } catch is ZentrunkError {
                gaveUp += 1
            }
        }
        #expect(gaveUp < 500)
    }

    @Test(
        "A few changes are handled with few additional requests",
        arguments: [Form.offsets, .offsetsWithoutTotal, .creation], 0..<4)
    func fewChanges(_ form: Form, _ seed: Int) async throws {
        let churn = MovingList.Churn(percent: 8, most: 2, inserts: false)
        let list = MovingList(steady: 450, passing: 50, churn: churn, seed: UInt64(1000 + seed))
        let found = try await ids(form, list)
        #expect(list.steady.subtracting(found) == [])
        #expect(list.requests < 60)
    }

    @Test("Deletions of many rows at the front are detected", arguments: 0..<6)
    func avalanche(_ seed: Int) async throws {
        let churn = MovingList.Churn(percent: 4, most: 60, inserts: false)
        let list = MovingList(steady: 300, passing: 300, churn: churn, seed: UInt64(2000 + seed))
        let found = try await ids(.offsets, list)
        #expect(list.steady.subtracting(found) == [])
    }

    @Test(
        "A list that does not change is read once",
        arguments: [(0, 1), (1, 1), (19, 1), (20, 1), (21, 2), (38, 2), (39, 3), (5000, 278)])
    func still(_ rows: Int, _ requests: Int) async throws {
        let list = MovingList(steady: rows, passing: 0, churn: .none, seed: 1)
        #expect(try await ids(.offsets, list).count == rows)
        #expect(list.requests == requests)
    }

    @Test("Pages after the first one are read in parallel")
    func depth() async throws {
        let list = MovingList(steady: 5000, passing: 0, churn: .none, seed: 1)
        let chain = RoundTripChain()
        let metered = CountedTransport(list, side: .platform)
        let found = try await RoundTripChain.$current.withValue(chain) { () async throws in
            try await resource(.offsets, metered).find(.everything)
        }
        #expect(found.count == 5000)
        #expect(chain.depth == 2)
    }

    @Test(
        "Cursors are followed twice where there are several pages, and once where there is one",
        arguments: [Form.cursors, .headers, .numbers])
    func cursors(_ form: Form) async throws {
        let small = MovingList(steady: 19, passing: 0, churn: .none, seed: 1)
        #expect(try await ids(form, small).count == 19)
        #expect(small.requests == 1)
        let large = MovingList(steady: 50, passing: 0, churn: .none, seed: 1)
        #expect(try await ids(form, large).count == 50)
        #expect(large.requests == 6)
    }

    @Test(
        "Objects with the same time on both sides of a page boundary are all found",
        arguments: [1, 19, 20, 21, 27, 38, 39, 40, 41, 60])
    func oneMoment(_ rows: Int) async throws {
        let list = MovingList(steady: rows, passing: 0, moments: 7, churn: .none, seed: UInt64(rows))
        #expect(try await ids(.creation, list).count == rows)
    }

    @Test("More objects with the same time than fit on a page cannot be listed, and the error says so")
    func crowdedMoment() async throws {
        let list = MovingList(steady: 60, passing: 0, moments: 100_000, churn: .none, seed: 1)
        let error = await #expect(throws: APIError.self) { () async throws in _ = try await ids(.creation, list) }
        #expect(error?.zentrunkError.message.contains("of one moment") == true)
    }

    @Test("A server that returns the same page repeatedly does not cause an endless loop", arguments: Form.allCases)
    func stuck(_ form: Form) async throws {
        let rows = (0..<20).map { #"{"id": "r\#($0)", "createdAt": "2026-11-23T00:00:00.000Z"}"# }.joined(
            separator: ",")
        let body =
            switch form {
            case .offsets: #"{"objects": [\#(rows)], "meta": {"total_count": 100}}"#
            case .offsetsWithoutTotal: #"{"objects": [\#(rows)]}"#
            case .creation: "[\(rows)]"
            case .cursors, .headers: #"{"items": [\#(rows)], "has_more": true, "next_cursor": "same"}"#
            case .numbers: #"{"items": [\#(rows)]}"#
            }
        let script = ScriptedTransport(
            Array(repeating: .response(200, headers: ["x-next": "same"], body: body), count: 40))
        if form == .offsets {
            // The total was reached, according to the server.
            #expect(try await resource(form, script).find(.everything).count == 20)
        } else {
            await #expect(throws: (any Error).self) { () async throws in
                _ = try await resource(form, script).find(.everything)
            }
        }
        #expect(script.requests.count < 10)
    }

    @Test("A list with an absurd total is refused")
    func endless() async throws {
        let rows = (0..<20).map { #"{"id": "r\#($0)"}"# }.joined(separator: ",")
        let body = #"{"objects": [\#(rows)], "meta": {"total_count": 9000000000000000000}}"#
        let script = ScriptedTransport([.response(200, body: body)])
        await #expect(throws: ZentrunkError.self) { () async throws in
            _ = try await resource(.offsets, script).find(.everything)
        }
    }

    @Test("Of a long list, only matching objects are kept")
    func filtered() async throws {
        let list = MovingList(steady: 30, passing: 2000, churn: .none, seed: 3)
        let query = ResourceQuery(references: [.init(field: "bulk", id: "keep")])
        let found = try await resource(.offsets, list).find(query)
        #expect(Set(found.map(\.id)) == list.steady)
    }

    @Test("Progress through a long list is reported page by page and never decreases")
    func progress() async throws {
        let list = MovingList(steady: 2000, passing: 0, churn: .none, seed: 4)
        let events = RunEvents()
        let progress = ReadingProgress(total: 1, events: events)
        _ = try await ReadingProgress.$current.withValue(progress) { () async throws in
            try await resource(.offsets, list).find(.everything)
        }
        progress.advance()
        events.finish()
        var reported: [(Int, Int)] = []
        for await event in events {
            if case .reading(let done, let total) = event.kind { reported.append((done, total)) }
        }
        #expect(reported.count >= 5)
        #expect(reported.map(\.0) == reported.map(\.0).sorted())
        #expect(reported.last.map { $0.0 == $0.1 } == true)
        #expect(reported.last?.1 == list.requests)
    }
}
