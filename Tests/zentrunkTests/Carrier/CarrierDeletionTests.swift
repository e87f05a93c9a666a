import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Deleting an object with dependents")
struct CarrierDeletionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var noun: String
        /// The seeded object to delete. The trunk `in` or `out` depends on it, and numbers depend on the trunk.
        var object: String
        var trunk: String?
        var hasNumbers: Bool
        /// The seeded trunks that remain.
        var left: Set<String>

        static let all = [
            Case(
                testDescription: "primary URI", noun: "uri", object: "in", trunk: "in", hasNumbers: true, left: ["out"]),
            Case(
                testDescription: "fallback URI", noun: "uri", object: "spare", trunk: "in", hasNumbers: true,
                left: ["out"]),
            Case(
                testDescription: "credential", noun: "credential", object: "pbx", trunk: "out", hasNumbers: false,
                left: ["in", "out"]),
            Case(
                testDescription: "access list", noun: "acl", object: "out", trunk: "out", hasNumbers: false,
                left: ["in", "out"]),
            Case(testDescription: "trunk", noun: "trunk", object: "in", trunk: nil, hasNumbers: true, left: ["out"]),
        ]
    }

    private static let numbers = (100..<130).map { "+14155550\($0)" }

    /// Adds trunks in both directions with all the objects they can use, and more numbers than fit on a page.
    private func seed(_ desk: Desk) async throws {
        let plivo = desk.sandbox.services.plivo
        let inbound = plivo.addTrunk(name: "in", direction: "inbound")
        plivo.addTrunk(name: "out", direction: "outbound")
        for number in Self.numbers { plivo.own(number: number, route: .trunk(inbound)) }
        for line in [
            "uri create --name spare --uri sip.example.com;transport=udp", "credential create --name pbx",
            "trunk update in --fallback-uri spare --yes", "trunk update out --credential pbx --yes",
        ] {
            let result = try await desk.zentrunk(line.split(separator: " ").map(String.init))
            try #require(result.status == 0, "\(result.stderr)")
        }
    }

    @Test("The dependents are named, and nothing is deleted without consent", arguments: Case.all)
    func dependents(_ example: Case) async throws {
        try await Desk.run { desk async throws in
            try await seed(desk)
            let before = desk.sandbox.state
            let delete = [example.noun, "delete", example.object]
            let unasked = try await desk.zentrunk(delete)
            #expect(unasked.status == 5)
            if let trunk = example.trunk { #expect(unasked.stderr.contains("trunk \"\(trunk)\"")) }
            for number in example.hasNumbers ? Self.numbers : [] { #expect(unasked.stderr.contains(number)) }
            let takesTrunks = example.noun == "uri"
            if takesTrunks {
                // Plivo's cascade needs its own option: consent to one deletion is not consent to several.
                let withConsent = try await desk.json(delete + ["--yes"])
                #expect(withConsent.status == 5)
                let next = withConsent.document["error"]?["next"]?.array?.first?.string
                #expect(next?.contains("--with-trunks") == true)
                #expect(try await desk.json(delete + ["--with-trunks"]).status == 5)
            }
            #expect(desk.sandbox.state == before)

            let done = try await desk.json(delete + (takesTrunks ? ["--with-trunks"] : []) + ["--yes"])
            #expect(done.status == 0, "\(done.document)")
            let named = done.document["dependents"]
            #expect(named?["trunks"]?.array?.compactMap { $0["name"]?.string } == [example.trunk].compactMap { $0 })
            #expect(
                Set(named?["numbers"]?.array?.compactMap { $0["number"]?.string } ?? [])
                    == Set(example.hasNumbers ? Self.numbers : []))
            let state = PlivoState(desk.sandbox.state)
            #expect(Set(state.rows("trunks").compactMap { $0["name"]?.string }) == example.left)
            #expect(try World.contractViolations(in: desk.sandbox.requests) == [])
        }
    }

    @Test("If the dependents cannot be read, nothing is deleted")
    func unreadable() async throws {
        try await Desk.run { desk async throws in
            try await seed(desk)
            let before = desk.sandbox.state
            desk.sandbox.setFaults([SandboxFault(method: "GET", path: "/Number/", effect: .refused("no numbers today"))]
            )
            let result = try await desk.json(["trunk", "delete", "in", "--yes"])
            #expect(result.status == 5)
            #expect(result.document["error"]?["vendor_message"] == "no numbers today")
            #expect(desk.sandbox.state == before)
        }
    }
}
