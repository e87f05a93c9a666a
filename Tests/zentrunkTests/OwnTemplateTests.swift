import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Connections with a custom template")
struct OwnTemplateTests {
    /// Writes the adapter's template with another key for its first resource.
    private func write(_ pairing: Pairing, in folder: String) throws -> (file: String, key: String) {
        let text = try pairing.templateText()
        let template = try pairing.template()
        let key = try #require(template.resources.first { !$0.isPerNumber }).key
        let changed = text.replacing("\"\(key)\":", with: "\"my-\(key)\":").replacing("${\(key).", with: "${my-\(key).")
        let file = folder + "/mine.json"
        try Data(changed.utf8).write(to: URL(fileURLWithPath: file))
        return (file, "my-\(key)")
    }

    @Test("Later commands use the same template, and undo succeeds at the first attempt", arguments: Pairing.all)
    func kept(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.own(number: "+14155550100", application: "4711")
            let before = desk.sandbox.state
            let own = try write(pairing, in: desk.folder)
            let made = try await desk.zentrunk(
                pairing.command("connect", "--template", own.file, "--reroute", "--json"))
            #expect(made.status == 0, "\(made.stderr)")
            let run = try #require(try made.json["run"]?.string)
            try FileManager.default.removeItem(atPath: own.file)
            let shown = try await desk.zentrunk("show", pairing.id, "--json", "--exit-code")
            #expect(shown.status == 0, "\(shown.stderr)")
            #expect(shown.stdout.contains(own.key))
            let again = try await desk.zentrunk("connect", pairing.id, "--json")
            #expect(try again.json["outcome"] == "unchanged", "\(again.stderr)")
            let undone = try await desk.zentrunk("undo", run, "--yes", "--json")
            #expect(undone.status == 0, "\(undone.stderr)")
            #expect(desk.sandbox.state == before)
        }
    }

    @Test("The built-in template is used again if it is named, and disconnect removes all", arguments: Pairing.all)
    func backToBuiltIn(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.own(number: "+14155550100", application: "4711")
            let before = desk.sandbox.state
            let own = try write(pairing, in: desk.folder)
            let made = try await desk.zentrunk(pairing.command("connect", "--template", own.file, "--reroute"))
            #expect(made.status == 0, "\(made.stderr)")
            let back = try await desk.zentrunk("plan", pairing.id, "--template", "built-in", "--json")
            #expect(try back.json["resources"]?.array?.contains { $0["action"] == "create" } == true, "\(back.stderr)")
            let end = try await desk.zentrunk("disconnect", pairing.id, "--yes", "--json")
            #expect(end.status == 0, "\(end.stderr)")
            #expect(desk.sandbox.state == before)
        }
    }

    @Test("Without the run's template, undo deletes in the reverse order of creation", arguments: Combination.fullest)
    func withoutTemplate(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let before = world.sandbox.state
            let journal = InMemoryJournal()
            let text = try asked.pairing.templateText()
            let mine = text.replacing("\"inbound-trunk\":", with: "\"in\":").replacing(
                "${inbound-trunk.", with: "${in.")
            let template = try Template(parsing: Array(mine.utf8), file: "mine.json")
            let made = try await world.connect(
                try world.connector(asked.pairing, journal: journal, template: template), asked.request)
            let run = try #require(made.run, "\(made.error?.message ?? "")")
            let report = try await world.connector(asked.pairing, journal: journal).undo(run)
            #expect(report.outcome == .undone, "\(report.left)")
            #expect(world.sandbox.state == before)
        }
    }

    @Test("A template that extends the base is kept as a text that stands for itself", arguments: Combination.fullest)
    func extending(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let journal = InMemoryJournal()
            let text = String(decoding: asked.pairing.adapter.template, as: UTF8.self)
            let mine = text.replacing(/"title": "[^"]*"/, with: #""title": "Mine""#)
            let template = try Template(parsing: Array(mine.utf8), file: "mine.json", base: PlivoAccount.templateBase)
            let made = try await world.connect(
                try world.connector(asked.pairing, journal: journal, template: template), asked.request)
            #expect(made.outcome == .connected, "\(made.error?.message ?? "")")
            let kept = try #require(try await journal.connections().first?.connection.template)
            #expect(!kept.contains("extends"))
            let again = try Template(parsing: Array(kept.utf8), file: "the connection's")
            #expect(again.title == "Mine")
            #expect(again.resources == (try asked.pairing.template()).resources)
        }
    }

    @Test("The built-in template under another file's name is not remembered", arguments: Combination.fullest)
    func builtInFile(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let journal = InMemoryJournal()
            let template = try Template(
                parsing: asked.pairing.adapter.template, file: "copy.json", base: PlivoAccount.templateBase)
            _ = try await world.connect(
                try world.connector(asked.pairing, journal: journal, template: template), asked.request)
            let record = try #require(try await journal.connections().first)
            #expect(record.connection.template == nil)
        }
    }

    @Test("No password may be written into a template, for the journal keeps it")
    func passwords() throws {
        let text = try Pairing.vapi.templateText()
        for value in ["hunter2", "${assistant}"] {
            let mine = text.replacing("\"${secrets.sip.password}\"", with: "\"\(value)\"")
            let template = try Template(parsing: Array(mine.utf8), file: "mine.json")
            let kinds = try World.kinds(of: .vapi)
            #expect(throws: TemplateError.self, "\(value)") { try template.check(kinds: kinds) }
        }
    }
}
