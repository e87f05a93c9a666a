import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore
@testable import ZentrunkPlanGraph

@Suite("Graph of a plan")
struct PlanGraphTests {
    private static let kinds = [
        KindDescription("uri", title: "URI", side: .carrier, idField: "id", fields: [:]),
        KindDescription("trunk", title: "trunk", side: .carrier, idField: "id", fields: [:]),
        KindDescription("line", title: "phone number", side: .platform, idField: "id", fields: [:]),
        KindDescription("route", title: "route", side: .carrier, role: .route, idField: "number", fields: [:]),
    ]

    private func resource(
        _ key: String, _ kind: String, _ deeds: [Deed], _ number: PhoneNumber? = nil,
        after: [InstanceID] = [], body: String = "{}"
    ) throws -> PlannedResource {
        PlannedResource(
            instance: InstanceID(key, number: number), kind: kind, deeds: deeds, id: nil, after: after, changes: [],
            note: nil, needsConsent: false, live: nil, body: try Self.settled(body))
    }

    /// The body with its references resolved to instances without a number.
    private static func settled(_ body: String) throws -> TemplateNode? {
        let values = TemplateValues(parameters: [:]) { key, field in
            InstanceReference(key: key, field: field[0], targets: [InstanceID(key)], isList: false)
        }
        return try values.settled(TemplateNode(JSONCursor(JSONValue(parsing: body))))
    }

    private func graph(_ resources: [PlannedResource], names: [Side: String] = [.carrier: "Plivo", .platform: "Test"])
        -> PlanGraph
    {
        let connection = Connection(platform: "test", name: .main, numbers: [], values: [:])
        let identity = ConnectionIdentity(carrierAccount: "MA", platform: "test", platformAccount: "", name: .main)
        let plan = Plan(
            operation: .connect, identity: identity, connection: connection, resources: resources, collisions: [],
            warnings: [], depth: 0, digest: "abcd", context: Plan.Context())
        return PlanGraph(plan, kinds: Self.kinds, names: names)
    }

    private func small() throws -> PlanGraph {
        let number = try PhoneNumber("+14155550100")
        return graph([
            try resource("uri", "uri", []),
            try resource(
                "trunk", "trunk", [.change], after: [InstanceID("uri")],
                body: #"{"primary": "${uri.id}", "fallback": "${uri.id}", "domain": "${uri.domain}"}"#),
            try resource(
                "line", "line", Deed.replacement, number, after: [InstanceID("trunk")], body: #"{"id": "${trunk.id}"}"#),
            try resource("old", "trunk", [.remove]),
            try resource(
                "route", "route", [.setRoute], number,
                after: [InstanceID("trunk"), InstanceID("line", number: number)],
                body: #"{"trunk": "${trunk.id}"}"#),
        ])
    }

    @Test("Mermaid has a subgraph per side, a class per action, field names on arrows, and dashes for mere order")
    func mermaid() throws {
        #expect(
            try small().mermaid == """
                %% connect test/main, digest abcd
                flowchart LR
                  subgraph carrier["Plivo"]
                    n0["uri<br/>URI<br/>keep"]:::keep
                    n1["trunk<br/>update"]:::update
                    n3["old<br/>trunk<br/>delete"]:::delete
                    n4(["+14155550100<br/>route<br/>create"]):::create
                  end
                  subgraph platform["Test"]
                    n2["line<br/>phone number<br/>+14155550100<br/>replace"]:::replace
                  end
                  n0 -->|"primary ← id, fallback ← id, domain"| n1
                  n1 -->|"id"| n2
                  n1 -->|"trunk ← id"| n4
                  n2 -.-> n4
                  classDef create fill:#dafbe1,stroke:#1a7f37,color:#1f2328
                  classDef update fill:#fff8c5,stroke:#9a6700,color:#1f2328
                  classDef replace fill:#ffe3c9,stroke:#bc4c00,color:#1f2328
                  classDef keep fill:#f6f8fa,stroke:#57606a,color:#1f2328
                  classDef delete fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-dasharray:4 3
                """)
    }

    @Test("Graphviz shows the same graph")
    func dot() throws {
        #expect(
            try small().dot == #"""
                // connect test/main, digest abcd
                digraph plan {
                  rankdir=LR;
                  node [shape=box, style="rounded,filled", fillcolor=white, fontname="sans-serif"];
                  edge [fontname="sans-serif", fontsize=10];
                  subgraph cluster_carrier {
                    label="Plivo";
                    n0 [label="uri\nURI\nkeep", color="#57606a", fillcolor="#f6f8fa"];
                    n1 [label="trunk\nupdate", color="#9a6700", fillcolor="#fff8c5"];
                    n3 [label="old\ntrunk\ndelete", color="#cf222e", fillcolor="#ffebe9", style="rounded,filled,dashed"];
                    n4 [label="+14155550100\nroute\ncreate", shape=ellipse, color="#1a7f37", fillcolor="#dafbe1"];
                  }
                  subgraph cluster_platform {
                    label="Test";
                    n2 [label="line\nphone number\n+14155550100\nreplace", color="#bc4c00", fillcolor="#ffe3c9"];
                  }
                  n0 -> n1 [label="primary ← id, fallback ← id, domain"];
                  n1 -> n2 [label="id"];
                  n1 -> n4 [label="trunk ← id"];
                  n2 -> n4 [style=dashed];
                }
                """#)
    }

    @Test("Up to six numbers are drawn separately, more as one node for each action", arguments: [6, 7, 120])
    func numbers(_ count: Int) throws {
        let numbers = try (0..<count).map { try PhoneNumber("+1415555\(1000 + $0)") }
        let extra = try PhoneNumber("+442079460958")
        let trunk = [try resource("trunk", "trunk", [])]
        let lines = try numbers.map {
            try resource("line", "line", [], $0, after: [InstanceID("trunk")], body: #"{"t": "${trunk.id}"}"#)
        }
        let routes = try numbers.map {
            try resource("route", "route", [], $0, after: [InstanceID("line", number: $0)], body: "{}")
        }
        let more = [
            try resource("line", "line", [.make], extra, after: [InstanceID("trunk")], body: #"{"t": "${trunk.id}"}"#)
        ]
        let graph = graph(trunk + lines + routes + more)
        #expect(graph.nodes.count == (count > 6 ? 4 : 2 + 2 * count))
        #expect(graph.edges.count == (count > 6 ? 3 : 1 + 2 * count))
        #expect(graph.nodes.contains { $0.lines == ["line", "phone number", "+442079460958", "create"] })
        #expect(graph.nodes.contains { $0.lines == ["\(count) numbers", "route", "keep"] } == (count > 6))
        #expect(graph.edges.filter { $0.labels == ["t ← id"] }.count == (count > 6 ? 2 : count + 1))
    }

    @Test("A vendor's text cannot break out of its label")
    func escaping() throws {
        let hostile = "\"];\nevil --> <b>&#`\\\"x"
        let graph = graph([try resource("trunk", "trunk", [.make])], names: [.carrier: hostile])
        #expect(
            graph.mermaid.contains(
                ##"  subgraph carrier["#quot;]; evil --#gt; #lt;b#gt;#amp;#35;#96;\#quot;x"]"## + "\n"))
        #expect(graph.dot.contains(#"    label="\"]; evil --> <b>&#`\\\"x";"# + "\n"))
        #expect(graph.mermaid.split(separator: "\n").count == 6)
    }

    @Test("The graph of an empty plan is empty")
    func empty() {
        #expect(graph([]).mermaid == "%% connect test/main, digest abcd\nflowchart LR")
        #expect(graph([]).dot.hasSuffix("fontsize=10];\n}"))
    }
}
