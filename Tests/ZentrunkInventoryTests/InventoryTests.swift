import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkInventory
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

@Suite("The inventory of both sides")
struct InventoryTests {
    /// A change by hand, and the findings that follow.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// The codes of the findings; those of notes in brackets.
        var findings: [String]
        /// Words of the first finding's message.
        var words: String
        /// The first step of the first finding; nil if it has none.
        var step: Remedy?
        var change: @Sendable (inout InventorySource) throws -> Void

        init(
            _ name: String, _ findings: [String], _ words: String, _ step: Remedy? = nil,
            change: @escaping @Sendable (inout InventorySource) throws -> Void
        ) {
            testDescription = name
            self.findings = findings
            self.words = words
            self.step = step
            self.change = change
        }
    }

    private static let connecting = Remedy.connect(.init("acme", .main))
    private static let routing = Remedy.command(["zentrunk", "number", "update", "+14155550102", "--trunk", "NAME"])

    static let cases: [Case] =
        [
            Case(
                "number on an outbound trunk", ["number-outbound-trunk", "(number-elsewhere)", "(unused)"],
                "+14155550102 is routed to the outbound trunk \"trunk 22\" (22)", routing
            ) { $0.numbers[1] = InventoryExample.number("14155550102", trunk: "22") },
            Case(
                "number on a disabled trunk", ["number-disabled-trunk"], "\"trunk 21\" (21), which is disabled",
                .command(["zentrunk", "trunk", "update", "21", "--status", "enabled"])
            ) { $0.change(trunk: "21", ["trunk_status": "disabled"]) },
            Case(
                "number on a trunk that is gone", ["number-lost-trunk", "(number-elsewhere)", "(unused)"],
                "the trunk 99, which does not exist", routing
            ) { $0.numbers[1] = InventoryExample.number("14155550102", trunk: "99") },
            Case(
                "number without voice", ["number-off"], "is not voice-enabled",
                .page("https://cx.plivo.com/phone-numbers")
            ) { $0.numbers[1] = InventoryExample.number("14155550102", trunk: "21", ["voice_enabled": false]) },
            Case("suspended number", ["number-off"], "is not active", .page("https://cx.plivo.com/phone-numbers")) {
                $0.numbers[1] = InventoryExample.number("14155550102", trunk: "21", ["active": false])
            },
            Case(
                "trunk without URI", ["trunk-without-uri", "(number-elsewhere)", "(unused)"],
                "has no origination URI", .command(["zentrunk", "trunk", "update", "21", "--uri", "NAME"])
            ) { $0.change(trunk: "21", ["primary_uri_uuid": .null]) },
            Case(
                "trunk with a URI that is gone", ["trunk-without-uri", "(number-elsewhere)"], "has no origination URI"
            ) {
                $0.uris.removeLast()
            },
            Case(
                "trunk without login", ["trunk-without-login", "(unused)"], "neither a credential nor an IP access",
                .command(["zentrunk", "trunk", "update", "22", "--credential", "NAME"])
            ) { $0.change(trunk: "22", ["ipacl_uuid": .null]) },
            Case(
                "trunk without number", ["(unused)"], "no number is routed to trunk \"idle\"",
                .command(["zentrunk", "trunk", "delete", "31"])
            ) {
                $0.trunks.append(
                    InventoryExample.trunk(
                        "31", ["trunk_direction": "inbound", "primary_uri_uuid": "u3", "name": "idle"]))
                $0.uris.append(InventoryExample.uri("u3", "pbx.example.com"))
            },
            Case("URI of two trunks", ["(uri-shared)"], "2 trunks use origination URI \"u2\"") {
                $0.trunks.append(
                    InventoryExample.trunk("31", ["trunk_direction": "inbound", "primary_uri_uuid": "u2"]))
                $0.numbers.append(InventoryExample.number("14155550103", trunk: "31"))
                $0.change("bolt.trunk", ["numbers": ["+14155550102", "+14155550103"]])
            },
            Case(
                "URI without trunk", ["(unused)"], "no trunk uses origination URI \"u3\"",
                .command(["zentrunk", "uri", "delete", "u3"])
            ) { $0.uris.append(InventoryExample.uri("u3", "pbx.example.com")) },
            Case(
                "credential without trunk", ["(unused)"], "no trunk uses credential",
                .command(["zentrunk", "credential", "delete", "c2"])
            ) { $0.credentials.append(InventoryExample.credential("c2", "x")) },
            Case(
                "access list without trunk", ["(unused)"], "no trunk uses IP access control list",
                .command(["zentrunk", "acl", "delete", "a2"])
            ) { $0.accessLists.append(InventoryExample.accessList("a2")) },
            Case(
                "platform number without agent", ["no-agent"], "nothing answers +14155550102 at Bolt: it has no agent",
                .listParameters("bolt")
            ) { $0.change("bolt.rule", ["agent": ""]) },
            Case(
                "platform without the number", ["platform-lacks-number", "number-gone"],
                "calls of +14155550101 go to Acme, which has no record of the number in the account us"
            ) { $0.change("acme.number", ["number": "+14155550199"]) },
            Case("platform without a rule", ["platform-lacks-part"], "which has no rule for it") {
                $0.change("bolt.rule", ["trunks": ["t2"]])
            },
            Case(
                "platform number that is gone at Plivo", ["number-gone", "(unused)"],
                "Acme has +14155550101, which is not on the Plivo account", .listNumbers
            ) { $0.numbers.removeFirst() },
            Case("number of another carrier at a platform", [], "") {
                $0.places[0].objects["acme.number"]?.append(
                    InventoryExample.object("n9", ["number": "+442079460000", "agent": "a", "networks": ["192.0.2.1"]]))
            },
            Case(
                "platform number that is routed to an application", ["(number-elsewhere)", "(unused)"],
                "Bolt has +14155550102, but Plivo sends its inbound calls to the application app", .listNumbers
            ) { $0.numbers[1] = InventoryExample.number("14155550102", trunk: nil, ["application_id": "app"]) },
            Case(
                "number at two platforms", ["(number-elsewhere)", "(number-twice)"],
                "Bolt has +14155550101, but Plivo sends its inbound calls to Acme"
            ) { $0.change("bolt.trunk", ["numbers": ["+14155550102", "+14155550101"]]) },
            Case(
                "address of a trunk that is gone", ["address-lost"],
                "dials 12.zt.plivo.com, but the Plivo account MAXXXXXXXXXXXXXXXXXX has no trunk 12"
            ) {
                $0.trunks.removeAll { $0.id == "12" }
                $0.credentials = []
            },
            Case("address of an inbound trunk", ["address-inbound-trunk"], "dials the inbound trunk \"trunk 21\" (21)")
            {
                $0.change("bolt.trunk", ["address": "21.zt.plivo.com"])
            },
            Case(
                "address of a disabled trunk", ["trunk-disabled"], "which is disabled: its calls fail",
                .command(["zentrunk", "trunk", "update", "22", "--status", "enabled"])
            ) { $0.change(trunk: "22", ["trunk_status": "disabled"]) },
            Case(
                "another username", ["login-differs"],
                "logs in as \"other\", but trunk \"trunk 12\" (12) expects \"user\""
            ) { $0.change("acme.credential", ["username": "other"]) },
            Case("no username", ["login-differs"], "logs in without a username") {
                $0.change("acme.credential", ["username": .null])
            },
            Case("open trunk", ["(open)"], "takes calls to every number from every address") {
                $0.places[1].objects["bolt.trunk"]?.append(InventoryExample.object("t2", ["numbers": []]))
            },
            Case(
                "networks of the carrier that are missing", ["missing-networks"],
                "refuses calls from 1 of Plivo's 1 signalling networks: 13.52.9.0/25"
            ) { $0.change("acme.credential", ["networks": ["192.0.2.1"]]) },
            Case("a wider network", [], "") { $0.change("acme.credential", ["networks": ["13.52.0.0/16"]]) },
            Case("fault of an object", ["fault"], "number \"name of n1\" (n1) is blocked") {
                $0.change("acme.number", ["fault": "is blocked"])
            },
            Case("credential of a platform without number", ["(unused)"], "nothing at Acme uses credential") {
                $0.places[0].objects["acme.credential"]?.append(InventoryExample.object("spare", [:]))
            },
            Case("platform whose keys are not set", [], "") { $0.places.removeAll { $0.platform.id == "bolt" } },
        ] as [Case]

    private static func codes(_ inventory: Inventory) -> [String] {
        inventory.findings.map { $0.weight == .problem ? $0.code : "(\($0.code))" }
    }

    @Test("An account in which everything fits has no findings")
    func healthy() throws {
        let inventory = Inventory(try InventoryExample.source())
        #expect(inventory.findings.map(\.message) == [])
        let first = try #require(inventory.numbers.first)
        #expect(first.number.e164 == "+14155550101" && first.connection?.description == "acme/main")
        #expect(first.targets.map(\.host) == ["cred.sip.acme.example"] && first.targets[0].platform == "acme")
        #expect(first.records.map(\.answer) == ["receptionist"])
        #expect(first.records[0].items.map(\.key) == ["acme.number/n1", "acme.credential/cred"])
        let second = try #require(inventory.numbers.last)
        #expect(second.records.map(\.answer) == ["worker"] && second.connection == nil)
        #expect(second.records[0].items.map(\.key) == ["bolt.trunk/t1", "bolt.rule/r1"])
        #expect(inventory.dialling.map(\.trunk?.id) == ["12", "22"])
        #expect(inventory.dialling.map { $0.logins.map(\.id) } == [["c1"], ["a1"]])
        let keys = Set(inventory.items.map(\.key))
        #expect(keys.count == inventory.items.count)
        #expect(
            inventory.links.allSatisfy { keys.contains($0.from) && (keys.contains($0.to) || $0.to.hasPrefix("host/")) })
    }

    @Test("Connecting again is not advised against a fault, which it keeps")
    func fault() throws {
        var source = try InventoryExample.source()
        source.change("acme.number", ["fault": "is blocked", "name": "zc_acme_main_number"])
        let fault = try #require(Inventory(source).findings.first { $0.code == "fault" })
        #expect(fault.remedies == [])
    }

    @Test("Each change by hand is found, with the side and a remedy", arguments: cases)
    func found(_ row: Case) throws {
        var source = try InventoryExample.source()
        try row.change(&source)
        let inventory = Inventory(source)
        #expect(Self.codes(inventory) == row.findings, "\(inventory.findings.map(\.message))")
        guard let first = inventory.findings.first else { return }
        #expect(first.message.contains(row.words), "\(first.message)")
        if let step = row.step { #expect(first.remedies.first == step) }
        for finding in inventory.findings {
            #expect(finding.items.first?.side == finding.side || finding.side == .platform)
            #expect(finding.message.first?.isWhitespace == false && !finding.message.hasSuffix("."))
        }
        #expect(inventory.hasProblems == row.findings.contains { !$0.hasPrefix("(") })
    }

    @Test("An object with the tag of another account belongs to no connection of this one")
    func foreignTag() throws {
        var source = try InventoryExample.source()
        let own = OwnedName(
            platform: "acme", connection: .main, key: "line", tag: AccountTag(of: InventoryExample.account))
        let other = OwnedName(platform: "acme", connection: .main, key: "line", tag: AccountTag(of: "MAOTHER"))
        for (name, owner) in [(own.description, "acme/main"), (other.description, nil), ("line", nil)] {
            source.change("acme.number", ["name": .string(name)])
            let item = Inventory(source).items.first { $0.kind == "acme.number" }
            #expect(item?.connection?.description == owner, "\(name)")
        }
    }

    @Test("Large accounts are joined without comparing each object with each other", .timeLimit(.minutes(1)))
    func large() throws {
        var source = try InventoryExample.source()
        let count = 10_000
        source.numbers = (0..<count).map { InventoryExample.number("1\(4_150_000_000 + $0)", trunk: "11") }
        // All numbers share a credential, and each has a rule of its own at the other platform.
        source.places[0].objects["acme.number"] = (0..<count).map {
            InventoryExample.object(
                "n\($0)", ["number": .string("+1\(4_150_000_000 + $0)"), "credential": ["cred"], "agent": "a"])
        }
        source.places[1].objects["bolt.trunk"] = (0..<count).map {
            InventoryExample.object("t\($0)", ["numbers": [.string("+44\(2_079_460_000 + $0)")]])
        }
        source.places[1].objects["bolt.rule"] = (0..<count).map {
            InventoryExample.object("r\($0)", ["numbers": [], "trunks": [.string("t\($0)")], "agent": "w"])
        }
        let inventory = Inventory(source)
        #expect(inventory.numbers.count == count)
        #expect(Self.codes(inventory) == ["(unused)"])
    }

    @Test("The graph has every linked object once, marks findings, and its texts are escaped")
    func graph() throws {
        var source = try InventoryExample.source()
        source.change("acme.number", ["name": "a\"]; evil[\"<b>\n", "fault": "is blocked"])
        source.numbers.append(InventoryExample.number("14155550103", trunk: "99"))
        let graph = InventoryGraph(Inventory(source))
        for text in [graph.mermaid, graph.dot] {
            for word in ["+14155550101", "trunk 22", "cred.sip.acme.example", "zentrunk.trunk/99", "does not exist"] {
                #expect(text.contains(word), "\(word)")
            }
            #expect(!text.contains("evil[\"<b>") || text.contains("\\\"]; evil[\\\""))
        }
        #expect(graph.mermaid.contains("a#quot;]; evil[#quot;#lt;b#gt;") && graph.mermaid.contains(":::problem"))
        #expect(graph.mermaid.matches(of: /-->\|"dials"\|/).count == 2)
    }
}
