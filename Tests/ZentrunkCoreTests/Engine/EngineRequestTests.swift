import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: what a backend asks for")
struct EngineRequestTests {
    @Test("The agent is set by its role, whatever the parameter's name, and a given value takes precedence")
    func agent() async throws {
        let bench = EngineBench()
        let text = String(decoding: MemoryAdapter.template, as: UTF8.self)
        let request = try ConnectionRequest(connecting: [EngineBench.number], agent: "a7", direction: .inbound)
        var moving = request
        moving.mayReroute = true
        let plan = try await bench.plan(moving)
        #expect(plan.connection.values["agent"] == "a7")
        #expect(plan.connection.direction == .inbound)
        moving.values["agent"] = "a8"
        #expect(try await bench.plan(moving).connection.values["agent"] == "a8")
        let without = try Template(
            parsing: Array(text.replacing(#""role": "agent", "#, with: "").utf8), file: "no role")
        let error = await #expect(throws: ZentrunkError.self) {
            _ = try await bench.connector(template: without).plan(request)
        }
        #expect(error?.code == .invalid)
        let wrong = text.replacing(#""role": "agent""#, with: #""role": "boss""#)
        #expect(throws: TemplateError.self) { try Template(parsing: Array(wrong.utf8), file: "wrong role") }
    }

    @Test("Flags and texts mean the same, and no value takes a value away")
    func values() async throws {
        let bench = EngineBench()
        let secure = try ConnectionRequest(connecting: [EngineBench.number], isSecure: true)
        #expect(secure.values == ["secure": true])
        let flag = try await bench.plan(EngineBench.request(["secure": true]))
        #expect(try await bench.plan(EngineBench.request(["secure": "on"])).digest == flag.digest)
        #expect(flag.connection.values["secure"] == true)
        try await bench.connect(["agent": "a1", "note": "first"])
        let without = try await bench.plan(EngineBench.request(["note": nil], numbers: []))
        #expect(without.connection.values["note"] == nil)
        #expect(ParameterValue(nil) == .unset && ParameterValue.flag(false).text == "false")
    }

    @Test("A wrong number is an error like any other")
    func number() {
        let error = #expect(throws: ZentrunkError.self) { try ConnectionRequest(connecting: ["call me"]) }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains("call me") == true)
        let address = #expect(throws: AddressError.self) { try PhoneNumber("call me") }
        #expect(address.map { ZentrunkError($0).message } == error?.message)
    }

    @Test("An account's connections and a connection's runs")
    func records() async throws {
        let bench = EngineBench()
        let connector = try bench.connector()
        let first = try await bench.connect()
        try await bench.connect(EngineBench.request(numbers: [EngineBench.second], name: ConnectionName("another")))
        let stranger = try bench.connector(account: "ACCOUNT2")
        #expect(try await connector.connections().map(\.identity.name.description) == ["another", "main"])
        #expect(try await stranger.connections() == [])
        #expect(try await connector.runs(of: .main).map(\.record.id) == [first.run])
        #expect(try await stranger.runs(of: .main) == [])
    }

    @Test("An error says after which time to try again")
    func retry() {
        #expect(
            ZentrunkError(.rateLimited, "", remedies: [.plan, .retry(after: .seconds(5))]).retryAfter == .seconds(5))
        #expect(ZentrunkError(.rateLimited, "", remedies: [.retry(after: nil)]).retryAfter == nil)
        #expect(ZentrunkError(.refused, "").retryAfter == nil)
    }

    @Test("A report and the plan of an undo have JSON forms")
    func forms() async throws {
        let bench = EngineBench()
        let report = try await bench.connect(["agent": "a1", "authentication": "credentials"])
        #expect(report.json["outcome"] == "connected")
        #expect(report.json["run"]?.string == report.run)
        #expect(report.json["resources"]?.array?.count == report.resources.count)
        #expect(report.json["error"] == .null)
        #expect(!JSONValue.object(report.json).text().contains("secret-of-"))
        let undo = try await bench.connector().planUndo(report.run ?? "")
        #expect(undo.json["resources"]?.array?.isEmpty == false)
        #expect(undo.json["run"]?.string == report.run)
        bench.vendor.fail(.refused, at: .write())
        let failed = try await bench.connect(EngineBench.request(["note": "new"], numbers: []))
        #expect(failed.json["error"]?["code"]?.string == failed.error?.code.description)
    }
}
