import Foundation
import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("The carrier's own commands as processes")
struct CarrierCommandTests {
    @Test(
        "Every verb of every kind supports JSON and consent, and sends nothing without consent",
        arguments: CarrierNounCase.all)
    func lifeCycle(_ noun: CarrierNounCase) async throws {
        try await Desk.run { desk async throws in
            noun.prepare(desk.sandbox)
            let before = desk.sandbox.state
            let listed = try await desk.json([noun.name, "list"])
            #expect(listed.status == 0)
            #expect(
                listed.document[noun.plural]?.array?.count == PlivoState(desk.sandbox.state).rows(noun.table).count)
            let made = try await desk.json([noun.name, "create", "--name", "pbx"] + noun.create, input: noun.input)
            #expect(made.status == 0, "\(made.document)")
            #expect(made.document["outcome"] == "created")
            #expect(made.document[noun.name]?["name"] == "pbx")
            let id = try #require(made.document[noun.name]?[noun.idField]?.string)
            for reference in ["pbx", id] {
                let found = try await desk.json([noun.name, "get", reference])
                #expect(found.status == 0)
                #expect(found.document[noun.name] == made.document[noun.name])
            }
            let twin = try await desk.json([noun.name, "create", "--name", "pbx"] + noun.create, input: noun.input)
            #expect(twin.status == 5)
            #expect(twin.document["error"]?["code"] == "collision")

            let writes = desk.writes.count
            let update = [noun.name, "update", "pbx"] + noun.update
            let unasked = try await desk.json(update)
            #expect(unasked.status == 5)
            #expect(unasked.document["error"]?["code"] == "consent")
            let next = unasked.document["error"]?["next"]?.array?.first?.string
            #expect(next?.hasPrefix("zentrunk \(noun.name) update pbx") == true && next?.hasSuffix("--yes") == true)
            #expect(desk.writes.count == writes)
            let updated = try await desk.json(update + ["--yes"])
            #expect(updated.status == 0, "\(updated.document)")
            #expect(updated.document["outcome"] == "updated")
            for (field, value) in noun.changed { #expect(updated.document[noun.name]?[field] == value) }
            let same = try await desk.json([noun.name, "update", id, "--name", "renamed"])
            #expect(same.status == 0)
            #expect(same.document["outcome"] == "unchanged")
            #expect(desk.writes.count == writes + 1)

            let refused = try await desk.json([noun.name, "delete", id])
            #expect(refused.status == 5)
            #expect(refused.document["dependents"] == ["trunks": [], "numbers": []])
            #expect(desk.writes.count == writes + 1)
            let deleted = try await desk.json([noun.name, "delete", id, "--yes"])
            #expect(deleted.status == 0)
            #expect(deleted.document["outcome"] == "deleted")
            let gone = try await desk.json([noun.name, "get", id])
            #expect(gone.status == 5)
            #expect(gone.document["error"]?["next"] == [.string("zentrunk \(noun.name) list")])
            #expect(desk.sandbox.state == before)
            #expect(try World.contractViolations(in: desk.sandbox.requests) == [])
            #expect(desk.sandbox.violations == [])
        }
    }

    @Test("Numbers are listed, shown, and routed with consent")
    func numbers() async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.own(number: "+14155550100", application: "4711")
            desk.sandbox.services.plivo.addTrunk(name: "in", direction: "inbound")
            desk.sandbox.services.plivo.addTrunk(name: "out", direction: "outbound")
            let shown = try await desk.json(["number", "get", "+1 415-555-0100"])
            #expect(shown.document["number"]?["number"] == "+14155550100")
            #expect(shown.document["number"]?["application_id"] == "4711")
            #expect(shown.document["number"]?["trunk_id"] == .null)
            let silent = try await desk.json(["number", "update", "+14155550100", "--trunk", "out", "--yes"])
            #expect(silent.status == 5)
            #expect(silent.document["error"]?["message"]?.string?.contains("outbound") == true)
            let update = ["number", "update", "+14155550100", "--trunk", "in"]
            #expect(try await desk.json(update).status == 5)
            #expect(desk.writes.isEmpty)
            let routed = try await desk.json(update + ["--yes"])
            #expect(routed.document["outcome"] == "updated", "\(routed.document)")
            #expect(routed.document["number"]?["application_id"] == .null)
            #expect(try await desk.json(update).document["outcome"] == "unchanged")
            let back = try await desk.json(["number", "update", "14155550100", "--app", "4711", "--yes"])
            #expect(back.status == 0)
            #expect(desk.sandbox.services.plivo.route(of: "+14155550100") == .application("4711"))
            #expect(desk.writes.count == 2)
            for verb in ["create", "delete"] {
                #expect(try await desk.zentrunk("number", verb, "+14155550100").status == 1)
            }
            #expect(try World.contractViolations(in: desk.sandbox.requests) == [])
            #expect(desk.sandbox.violations == [])
        }
    }

    @Test("Lists are complete, also in the text output", arguments: ["trunk", "uri", "acl", "number"])
    func paging(_ noun: String) async throws {
        try await Desk.run { desk async throws in
            let plivo = desk.sandbox.services.plivo
            for index in 0..<41 {
                plivo.addTrunk(name: "x\(index)", direction: noun == "acl" ? "outbound" : "inbound")
                plivo.own(number: "+1415555\(2000 + index)")
            }
            let count = noun == "number" ? 51 : 41
            let listed = try await desk.json([noun, "list"])
            #expect(listed.document["\(noun)s"]?.array?.count == count)
            let table = try await desk.zentrunk(noun, "list")
            #expect(table.stdout.split(separator: "\n").count == count + 1)
            let last = noun == "number" ? "+14155552040" : "x40"
            #expect(table.stdout.split(separator: "\n").contains { $0.hasPrefix(last) })
            #expect(try await desk.json([noun, "get", last]).status == 0)
        }
    }

    @Test("An ambiguous name is refused with the ids, and a misspelt one with a suggestion")
    func names() async throws {
        try await Desk.run { desk async throws in
            let ids = (0..<2).map { _ in desk.sandbox.services.plivo.addTrunk(name: "twin", direction: "inbound") }
            desk.sandbox.services.plivo.addTrunk(name: "support", direction: "inbound")
            for arguments in [["get", "twin"], ["update", "twin", "--secure", "--yes"], ["delete", "twin", "--yes"]] {
                let result = try await desk.json(["trunk"] + arguments)
                #expect(result.status == 5)
                #expect(result.document["error"]?["code"] == "collision")
                let next = result.document["error"]?["next"]?.array?.first?.string ?? ""
                for id in ids { #expect(next.contains(id)) }
            }
            let misspelt = try await desk.json(["trunk", "get", "suport"])
            #expect(misspelt.status == 5)
            #expect(misspelt.document["error"]?["message"]?.string?.contains("did you mean \"support\"?") == true)
            #expect(try await desk.json(["trunk", "get", ids[0]]).status == 0)
            #expect(desk.writes.isEmpty)
        }
    }

    @Test(
        "A wrong key ends with exit code 2 in every command",
        arguments: ["trunk", "credential", "uri", "acl", "number"])
    func wrongKey(_ noun: String) async throws {
        try await Desk.run { desk async throws in
            let result = try await desk.zentrunk(
                noun, "list", "--json", with: ["PLIVO_AUTH_TOKEN": "not-the-token-of-the-account"])
            #expect(result.status == 2)
            #expect(try result.json["error"]?["message"]?.string?.contains("PLIVO_AUTH_TOKEN") == true)
            #expect(!(result.stdout + result.stderr).contains("not-the-token-of-the-account"))
        }
    }

    @Test("Ctrl-C does not abort a write in progress: its outcome is reported")
    func interrupted() async throws {
        try await Desk.run { desk async throws in
            let sandbox = desk.sandbox
            sandbox.setLatency(.milliseconds(50))
            let program = Program(
                ["acl", "create", "--name", "office", "--ip", "203.0.113.7", "--json"], sandbox: sandbox,
                state: desk.folder)
            let result = try await program.run { process in
                while process.isRunning, desk.writes.isEmpty { await Task.yield() }
                process.interrupt()
            }
            #expect(result.status == 0, "\(result.stderr)")
            #expect(try result.json["outcome"] == "created")
            #expect(PlivoState(sandbox.state).rows("ip_access_control_lists").count == 1)
            #expect(result.stderr.contains("its change stays"))
        }
    }

    @Test("The text output has the API's names, changes before they are made, and the owner of an object")
    func words() async throws {
        try await Desk.run { desk async throws in
            let id = desk.sandbox.services.plivo.addTrunk(name: "zc_vapi_main_inbound-trunk", direction: "inbound")
            let shown = try await desk.zentrunk("trunk", "get", id)
            #expect(shown.stdout.contains(/trunk_domain +\d+\.zt\.plivo\.com/))
            let update = try await desk.zentrunk("trunk", "update", id, "--secure")
            #expect(update.status == 5)
            #expect(update.stderr.contains("secure: false → true"))
            #expect(update.stderr.contains("it belongs to the connection vapi/main"))
            let list = try await desk.zentrunk("credential", "list")
            #expect(list.status == 0)
            #expect(list.stdout.isEmpty && list.stderr.contains("no credential"))
        }
    }

    @Test("A refusal quotes Plivo's message")
    func vendorWords() async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.setFaults([SandboxFault(method: "POST", effect: .refused("it does not please us"))])
            let result = try await desk.json(["acl", "create", "--name", "office", "--ip", "203.0.113.7"])
            #expect(result.status == 5)
            #expect(result.document["error"]?["vendor_message"] == "it does not please us")
            #expect(result.document["error"]?["status"] == 400)
        }
    }

    @Test("Names are completed if keys are set, otherwise nothing is")
    func completion() async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.services.plivo.addTrunk(name: "support", direction: "inbound")
            desk.sandbox.services.plivo.addTrunk(name: "sales", direction: "inbound")
            desk.sandbox.services.plivo.addTrunk(name: "surplus", direction: "outbound")
            let words = ["complete", "--", "trunk", "get", "su"]
            let found = try await desk.zentrunk(words)
            #expect(found.status == 0, "\(found.stderr)")
            #expect(found.stdout == "support\t\nsurplus\t\n")
            // Only an inbound trunk can answer a number.
            let option = ["complete", "--", "number", "update", "+14155550100", "--trunk", ""]
            #expect(try await desk.zentrunk(option).stdout == "sales\t\nsupport\t\n")
            let without = try await Program(words, state: desk.folder).run()
            #expect(without.status == 0)
            #expect(without.stdout.isEmpty && without.stderr.isEmpty)
        }
    }

    @Test("Without an account, the sandbox is used")
    func ownSandbox() async throws {
        try await withFolder { folder async throws in
            let result = try await Program(["number", "list", "--sandbox", "--json"], state: folder).run()
            #expect(result.status == 0)
            #expect(try result.json["numbers"]?.array?.count == 10)
        }
    }
}
