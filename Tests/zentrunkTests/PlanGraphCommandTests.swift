import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("The plan graph of the command")
struct PlanGraphCommandTests {
    @Test(
        "The graph is alone on stdout, always the same, and contains the plan's objects", arguments: Pairing.all
    )
    func drawn(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let plan = pairing.command("plan", "--direction", "both")
            let json = try await desk.zentrunk(plan + ["--json"]).json
            let resources = try #require(json["resources"]?.array)
            for (format, first) in [("mermaid", "flowchart LR"), ("dot", "digraph plan {")] {
                let drawn = try await desk.zentrunk(plan + ["--graph", format])
                #expect(drawn.status == 0, "\(drawn.stderr)")
                let lines = drawn.stdout.split(separator: "\n").map { $0.drop { $0 == " " } }
                #expect(lines.count > 1 && lines[1] == first)
                #expect(drawn.stdout.contains(try #require(json["digest"]?.string)))
                let nodes = lines.filter { $0.contains(/^n[0-9]+ ?[\[(]/) }
                #expect(nodes.count == resources.count)
                for resource in resources where resource["key"] != "route" {
                    let key = try #require(resource["key"]?.string)
                    #expect(nodes.contains { $0.contains("\"\(key)<br/>") || $0.contains("\"\(key)\\n") })
                }
                #expect(nodes.contains { $0.contains("\"+14155550100") })
                #expect(try await desk.zentrunk(plan + ["--graph", format]).stdout == drawn.stdout)
            }
            #expect(desk.writes.isEmpty)
        }
    }

    @Test("Collisions are reported on stderr next to the graph, with the plan's exit code", arguments: Pairing.all)
    func collision(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.own(number: "+14155550100", application: "4711")
            let drawn = try await desk.zentrunk(pairing.command("plan", "--graph", "mermaid"))
            #expect(drawn.status == 5)
            #expect(drawn.stderr.contains("--reroute"))
            #expect(!drawn.stdout.contains("--reroute"))
        }
    }

    @Test("--graph and --json exclude each other, and an unknown graph language is refused")
    func refused() async throws {
        try await withFolder { folder async throws in
            let both = try await Program(
                ["plan", "vapi", "-n", "+14155550100", "--no-agent", "--graph", "dot", "--json"], state: folder
            ).run()
            #expect(both.status == 1)
            #expect(try both.json["error"]?["code"] == "invalid")
            let svg = try await Program(
                ["plan", "vapi", "-n", "+14155550100", "--no-agent", "--graph", "svg"], state: folder
            ).run()
            #expect(svg.status == 1)
            #expect(svg.stderr.contains("mermaid"))
        }
    }
}
