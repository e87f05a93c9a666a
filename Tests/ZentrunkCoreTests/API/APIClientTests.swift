import HTTPTypes
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Meaning of responses, from the API or from others")
struct APIClientTests {
    private func client(_ answers: ScriptedTransport.Answer...) throws -> APIClient {
        var client = APIClient(
            "Test", base: try APIBase("https://api.example.com", setting: "TEST_URL"), side: .platform,
            authorization: .init { Secret("x") }, keyVariable: "TEST_KEY", transport: ScriptedTransport(answers),
            redactor: Redactor())
        client.missing = { body in
            switch body["code"]?.string {
            case "gone"?: .object
            case "no_agent"?: .other
            default: nil
            }
        }
        return client
    }

    private func failure(_ answer: ScriptedTransport.Answer) async throws -> APIError {
        let error = await #expect(throws: APIError.self) { () async throws in
            _ = try await client(answer).call(.get, "/things", access: .read)
        }
        return try #require(error)
    }

    private static let page = "<html><head><title>Bad gateway</title></head></html>"

    @Test(
        "A response that is not JSON has an error with a reason and a next step",
        arguments: [
            (ScriptedTransport.Answer.response(200, body: page), "an HTML page: Bad gateway"),
            (.response(201, headers: ["Content-Type": "text/html"], body: "<!doctype html><p>"), "an HTML page"),
            (.response(200, headers: ["Content-Encoding": "gzip"], body: "{}"), "compressed"),
            (.response(200, headers: ["Content-Encoding": "br"], body: "\u{1}\u{2}"), "compressed"),
            (.response(200, body: "OK"), ""),
            (.response(200, body: #"{"a": "#), ""),
        ])
    func unreadable(_ answer: ScriptedTransport.Answer, _ reason: String) async throws {
        let error = try await failure(answer).zentrunkError
        #expect(error.code == .unavailable)
        #expect(error.message.contains("something unreadable"))
        #expect(error.message.contains(reason))
        #expect(error.remedies.contains { "\($0)".contains("https://api.example.com") })
    }

    @Test("A secret used as a member name does not appear in the error about an unreadable response")
    func secretName() async throws {
        let client = APIClient(
            "Test", base: try APIBase("https://api.example.com", setting: "TEST_URL"), side: .platform,
            authorization: .init { Secret("x") }, keyVariable: "TEST_KEY",
            transport: ScriptedTransport([.response(200, body: #"{"sk-12345": 1, "sk-12345": 2}"#)]),
            redactor: Redactor([Secret("sk-12345")]))
        let error = await #expect(throws: APIError.self) { () async throws in
            _ = try await client.call(.get, "/things", access: .read)
        }
        let message = try #require(error).zentrunkError.message
        #expect(message.contains("appears twice"))
        #expect(!message.contains("sk-12345"))
    }

    @Test("A request id is a single line, whatever its source", arguments: [404, 200])
    func requestID(_ status: Int) async throws {
        let error = try await failure(.response(status, headers: ["x-request-id": "a\tb"], body: "no JSON"))
        #expect(error.requestID == "a b")
        let long = APIClient(
            "Test", base: try APIBase("https://api.example.com", setting: "TEST_URL"), side: .platform,
            authorization: .init { Secret("x") }, keyVariable: "TEST_KEY",
            transport: ScriptedTransport([
                .response(404, body: #"{"id": "a\n\#(String(repeating: "b", count: 500))"}"#)
            ]), redactor: Redactor(), requestIDKeys: ["id"])
        let thrown = await #expect(throws: APIError.self) { () async throws in
            _ = try await long.call(.get, "/things", access: .read)
        }
        #expect(try #require(thrown).requestID == "a " + String(repeating: "b", count: 398) + "…")
    }

    @Test("JSON is read with any content type, and the coding identity means none")
    func contentType() async throws {
        let answer = ScriptedTransport.Answer.response(
            200, headers: ["Content-Type": "text/html", "Content-Encoding": "identity"], body: #"{"a": 1}"#)
        #expect(try await client(answer).call(.get, "/things", access: .read) == ["a": 1])
    }

    @Test("No content coding is requested")
    func coding() async throws {
        let script = ScriptedTransport([.response(200, body: "{}")])
        let client = APIClient(
            "Test", base: try APIBase("https://api.example.com", setting: "TEST_URL"), side: .platform,
            authorization: .init { Secret("x") }, keyVariable: "TEST_KEY", transport: script, redactor: Redactor())
        _ = try await client.call(.get, "/things", access: .read)
        #expect(script.requests.first?.head.headerFields[.acceptEncoding] == "identity")
    }

    @Test("Only the API itself can report that an object does not exist")
    func notFound() async throws {
        #expect(try await failure(.response(404, body: #"{"code": "gone"}"#)).isNotFound)
        #expect(try await failure(.response(405, body: #"{"code": "gone"}"#)).isNotFound == false)
        let other = try await failure(.response(404, body: #"{"code": "no_agent", "message": "no such agent"}"#))
        #expect(!other.isNotFound)
        #expect(other.isRefusal)
        #expect(other.zentrunkError.message.contains("refused GET /things with 404: no such agent"))
        let torn = TransportError(code: .interrupted, delivery: .answered, message: "torn", status: 404)
        #expect(try await failure(.failure(torn)).isNotFound == false)
    }

    @Test(
        "A server that does not know the path or method reports nothing about an object, and its words are quoted",
        arguments: [404, 405, 410, 501],
        [
            (page, "an HTML page: Bad gateway"), ("", "without its API's own words"),
            ("404 page not found\n", "not in its API's own words: 404 page not found"),
            (#"{"code": "bad_route", "msg": "no handler"}"#, "not in its API's own words: no handler"),
            (
                #"{"message": "Cannot DELETE /x", "error": "Not Found", "statusCode": 404}"#,
                "not in its API's own words: Cannot DELETE /x"
            ),
            (#"{"detail": "Not Found"}"#, "not in its API's own words: Not Found"),
        ])
    func noRoute(_ status: Int, _ answer: (body: String, words: String)) async throws {
        let failure = try await failure(.response(status, body: answer.body))
        #expect(!failure.isNotFound && !failure.isRefusal && !failure.isCertainlyNotDone && failure.isMissingRoute)
        let error = failure.zentrunkError
        #expect(error.code == .unavailable)
        #expect(error.message == "Test answered \(status) to GET /things, \(answer.words)")
        #expect(error.remedies.contains { "\($0)".contains("https://api.example.com") })
    }

    @Test(
        "If a server asks for a pause, the error quotes its length",
        arguments: [
            (429, "3600", Duration.seconds(3600)), (429, "45", .seconds(45)), (503, "86400", .seconds(86400)),
            (429, "", nil), (503, "", nil), (429, "Sun, 06 Nov 1994 08:50:37 GMT", .seconds(60)),
        ])
    func retryAfter(_ status: Int, _ field: String, _ pause: Duration?) async throws {
        var headers = ["date": "Sun, 06 Nov 1994 08:49:37 GMT"]
        if !field.isEmpty { headers["retry-after"] = field }
        let error = try await failure(.response(status, headers: headers)).zentrunkError
        #expect(error.code == (status == 429 ? .rateLimited : .unavailable))
        #expect(error.remedies == [.retry(after: pause)])
    }

    @Test(
        "Every kind of connection failure has a next step",
        arguments: [
            (TransportError.Code.resolve, "name of the server"), (.tls, "clock and certificate authorities"),
            (.timeout, "whether Test has an outage"), (.connect, "whether Test has an outage"),
            (.interrupted, "whether Test has an outage"),
            (.tooLarge, "answers in its place"), (.malformed, "answers in its place"),
        ])
    func unreachable(_ code: TransportError.Code, _ step: String) async throws {
        let error = try await failure(.lost(.notSent, code)).zentrunkError
        #expect(error.code == .unavailable)
        #expect(error.place == .wire)
        #expect(error.message.hasPrefix("Test could not be reached (GET /things)"))
        guard case .advice(let text)? = error.remedies.first, error.remedies.count == 1 else {
            Issue.record("\(error.remedies)")
            return
        }
        #expect(text.contains(step))
    }

    @Test("An error about a response from another server names the setting of the address, if the user set one")
    func setting() async throws {
        let page = ScriptedTransport.Answer.response(200, body: Self.page)
        #expect(try await failure(page).zentrunkError.remedies.first.map { "\($0)" }?.contains("from TEST_URL") == true)
        #expect(
            try await failure(.lost(.notSent, .resolve)).zentrunkError.remedies.first.map { "\($0)" }?.contains(
                "TEST_URL") == true)
    }

    @Test("A redirect is not followed and not a refusal; the error names the address", arguments: [301, 302, 307, 308])
    func redirect(_ status: Int) async throws {
        let error = try await failure(.response(status, headers: ["Location": "https://sign.in/"])).zentrunkError
        #expect(error.code == .unavailable)
        #expect(error.remedies.first.map { "\($0)" }?.contains("from TEST_URL") == true)
    }

    @Test("A transport's own next step is part of the error")
    func transportStep() async throws {
        let lost = TransportError(
            code: .proxy, delivery: .notSent, message: "no way", remedies: [.unset(["HTTPS_PROXY"])])
        #expect(try await failure(.failure(lost)).zentrunkError.remedies == [.unset(["HTTPS_PROXY"])])
    }

    @Test("A cause declared by the adapter replaces the outage message and quotes the vendor")
    func declaredCause() async throws {
        var changed = try client(.response(500, body: #"{"msg": "sip not connected (redis required)"}"#))
        changed.causes = [
            .init(words: "not connected", means: "this server has no SIP service", remedy: .advice("set redis"))
        ]
        let subject = changed
        let thrown = await #expect(throws: APIError.self) { () async throws in
            _ = try await subject.call(.get, "/things", access: .read)
        }
        let error = try #require(thrown).zentrunkError
        #expect(error.code == .unavailable)
        #expect(error.message.hasPrefix("this server has no SIP service: Test answered 500"))
        #expect(error.message.hasSuffix("sip not connected (redis required)"))
        #expect(error.remedies == [.advice("set redis")])
    }
}

@Suite("Unexpected errors")
struct InternalFaultTests {
    private struct Unforeseen: Error { var key = Secret("s3cret") }

    @Test("An unexpected error is an internal bug, not a network or argument error")
    func bug() {
        let error = Connector.explain(Unforeseen())
        #expect(error.code == .internalFault)
        #expect(error.code.description == "internal")
        #expect(error.message.contains("a bug in zentrunk"))
        #expect(error.message.contains("Unforeseen"))
        #expect(!error.message.contains("s3cret"))
        #expect(error.remedies == [.report])
        #expect(error.cause is Unforeseen)
    }

    @Test("Known errors keep their explanation")
    func known() throws {
        let lost = TransportError(code: .connect, delivery: .notSent, message: "connection refused")
        #expect(Connector.explain(lost).code == .unavailable)
        #expect(Connector.explain(lost).place == .wire)
        let address = #expect(throws: AddressError.self) { try IPNetwork("x") }
        #expect(try Connector.explain(#require(address)).code == .invalid)
        #expect(Connector.explain(SettledWrites.Unsettled(cause: lost)).code == .unavailable)
        #expect(Connector.explain(CancellationError()).code == .cancelled)
    }
}
