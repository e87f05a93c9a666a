import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Plivo's numbers in the sandbox")
struct PlivoNumberTests {
    @Test("The account owns ten numbers without a route")
    func owned() async throws {
        try await withSandbox { caller async throws in
            let list = try await caller.plivo("GET", "Number/")
            #expect(list["/meta/total_count"] == 10)
            let first = try await caller.plivo("GET", "Number/14155550100/")
            #expect(first["/application"] == .null)
            #expect(first["/voice_enabled"] == true)
            #expect(first["/app_id"] == nil)
            #expect(try await caller.plivo("GET", "Number/14155550109/").status == 200)
            #expect(try await caller.plivo("GET", "Number/14155550110/").status == 404)
        }
    }

    @Test("A number with its plus sign is not found", arguments: ["+14155550100", "%2B14155550100"])
    func plusSign(number: String) async throws {
        try await withSandbox { caller async throws in
            let reply = try await caller.plivo("GET", "Number/\(number)/")
            #expect(reply.status == 404)
            #expect(reply["/error"]?.string != nil)
        }
    }

    @Test("A route is set as an id and read as a path")
    func route() async throws {
        try await withSandbox { caller async throws in
            let plivo = caller.sandbox.services.plivo
            let account = "/v1/Account/\(PlivoService.authID)/"
            let trunk = plivo.addTrunk(name: "in", direction: "inbound")
            plivo.own(number: "+14155550100", route: .application("12345678901234567"))
            let path = "Number/14155550100/"
            #expect(
                try await caller.plivo("GET", path)["/application"]
                    == .string("\(account)Application/12345678901234567/"))
            let reply = try await caller.plivo("POST", path, ["app_id": .string(trunk)])
            #expect(reply.status == 202)
            #expect(reply["/message"] == "changed")
            #expect(
                try await caller.plivo("GET", path)["/application"] == .string("\(account)Zentrunk/Trunk/\(trunk)/"))
            #expect(try await caller.plivo("POST", path, ["app_id": "12345678901234567"]).status == 202)
            #expect(plivo.route(of: "14155550100") == .application("12345678901234567"))
            #expect(caller.sandbox.violations.isEmpty)
        }
    }

    @Test("An unknown id, or one that is not a string, is refused", arguments: ["99", 99] as [JSONValue])
    func unknown(id: JSONValue) async throws {
        try await withSandbox { caller async throws in
            #expect(try await caller.plivo("POST", "Number/14155550100/", ["app_id": id]).status == 400)
        }
    }

    @Test("An outbound trunk is accepted as a route and recorded as a violation")
    func outbound() async throws {
        try await withSandbox { caller async throws in
            let trunk = caller.sandbox.services.plivo.addTrunk(name: "out", direction: "outbound")
            #expect(
                try await caller.plivo("POST", "Number/14155550100/", ["app_id": .string(trunk)]).status == 202)
            #expect(caller.sandbox.services.plivo.route(of: "14155550100") == .trunk(trunk))
            #expect(caller.sandbox.violations.count == 1)
        }
    }

    @Test(
        "Unassigning a route reports success, but only some accounts do it",
        arguments: ["", .null] as [JSONValue], [false, true])
    func unassign(id: JSONValue, unlinks: Bool) async throws {
        var options = SandboxOptions()
        options.plivo.unassignUnlinks = unlinks
        options.seed = { $0.plivo.own(number: "14155550100", route: .application("1")) }
        try await withSandbox(options) { caller async throws in
            let reply = try await caller.plivo("POST", "Number/14155550100/", ["app_id": id])
            #expect(reply.status == 202)
            #expect(reply["/message"] == "changed")
            #expect(
                caller.sandbox.services.plivo.route(of: "14155550100") == (unlinks ? nil : .application("1")))
        }
    }

    @Test("An update without app_id is a violation, because it may assign the default application")
    func withoutRoute() async throws {
        try await withSandbox { caller async throws in
            #expect(try await caller.plivo("POST", "Number/14155550100/", ["alias": "front desk"]).status == 202)
            #expect(try await caller.plivo("GET", "Number/14155550100/")["/alias"] == "front desk")
            #expect(caller.sandbox.violations.count == 1)
        }
    }

    @Test("Numbers can be added with and without voice, and are listed by prefix")
    func seeded() async throws {
        try await withSandbox { caller async throws in
            caller.sandbox.own(number: "+442071234567", voiceEnabled: false, application: "77")
            let list = try await caller.plivo("GET", "Number/?number_startswith=44")
            #expect(list["/objects"]?.array?.count == 1)
            #expect(list["/objects/0/voice_enabled"] == false)
            #expect(caller.sandbox.violations.isEmpty)
        }
    }
}
