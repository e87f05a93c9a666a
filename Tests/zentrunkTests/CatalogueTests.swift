import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Lists of remembered and live connections")
struct CatalogueTests {
    private static let number = "+14155550100"

    /// Adds a connection to the journal, as if another run had made it.
    private func remember(_ desk: Desk, account: String, region: String = "us", numbers: [String]) async throws {
        let journal = try SQLiteJournal(directory: desk.folder)
        let connection = Connection(
            platform: "vapi", name: .main, numbers: try numbers.map { try PhoneNumber($0) },
            values: ["direction": "both", "region": .string(region)])
        let identity = ConnectionIdentity(
            carrierAccount: account, platform: "vapi", platformAccount: region, name: .main)
        let run = RunRecord(
            id: "20260101-000000-\(account.lowercased())\(region)", identity: identity, operation: .connect,
            connection: connection)
        try await journal.begin(run)
        try await journal.finish(run, .done(ConnectionRecord(identity: identity, connection: connection)))
    }

    private func rows(_ result: Program.Result) throws -> [JSONValue] {
        try result.json["connections"]?.array ?? []
    }

    @Test("A connection of another Plivo account is listed separately and not looked up")
    func accounts() async throws {
        try await Desk.run { desk async throws in
            #expect(try await desk.zentrunk(Pairing.vapi.command("connect")).status == 0)
            try await remember(desk, account: "MAOTHER", numbers: ["+14155550177"])
            let result = try await desk.zentrunk("list", "--json")
            #expect(result.status == 0, "\(result.stderr)")
            let rows = try rows(result)
            #expect(rows.count == 2)
            let own = try #require(rows.first { $0["carrier_account"] != "MAOTHER" })
            let other = try #require(rows.first { $0["carrier_account"] == "MAOTHER" })
            #expect(own["numbers"] == [.string(Self.number)])
            #expect(own["objects"]?.integer == 6)
            #expect(other["numbers"] == ["+14155550177"])
            #expect(other["objects"] == .null && other["platform_objects"] == .null)
            let text = try await desk.zentrunk("list").stdout
            let parts = text.split(separator: "Plivo account MAOTHER")
            #expect(parts.count == 2)
            #expect(parts.first?.contains(Self.number) == true && parts.first?.contains("6 objects") == true)
            #expect(parts.last?.contains("+14155550177") == true && parts.last?.contains("not looked up") == true)
        }
    }

    @Test("If both vendors were asked and nothing is live, the list says so")
    func nothingLive() async throws {
        try await Desk.run { desk async throws in
            let account = try #require(desk.sandbox.environment["PLIVO_AUTH_ID"])
            try await remember(desk, account: account, numbers: [Self.number])
            // The other region of the connection is read, too.
            try await remember(desk, account: account, region: "eu", numbers: [Self.number])
            let result = try await desk.zentrunk("list")
            #expect(result.status == 0, "\(result.stderr)")
            #expect(result.stdout.matches(of: /no live objects/).count == 2, "\(result.stdout)")
            #expect(result.stdout.contains("(eu)"))
            #expect(!result.stdout.contains("not looked up"))
        }
    }

    @Test("Many numbers are shortened in the table, but complete in JSON")
    func manyNumbers() async throws {
        try await Desk.run { desk async throws in
            let account = try #require(desk.sandbox.environment["PLIVO_AUTH_ID"])
            try await remember(desk, account: account, numbers: (0..<300).map { "+1415555\(1000 + $0)" })
            let text = try await desk.zentrunk("list").stdout
            #expect(text.contains("+14155551000 and 299 more"))
            #expect(text.split(separator: "\n").allSatisfy { $0.count < 120 })
            #expect(try rows(try await desk.zentrunk("list", "--json")).first?["numbers"]?.array?.count == 300)
        }
    }

    @Test("Each of the carrier's lists is read once for all platforms, and a filter reads one platform only")
    func reads() async throws {
        try await Desk.run { desk async throws in
            for pairing in Pairing.all {
                let done = try await desk.zentrunk(pairing.command("connect", "--name", pairing.id, "--reroute"))
                #expect([0, 5].contains(done.status), "\(done.stderr)")
            }
            desk.sandbox.clearRequests()
            #expect(try await desk.zentrunk("list", "--no-journal").status == 0)
            let paths = desk.sandbox.requests.filter { $0.vendor == "plivo" }.map { $0.path }
            #expect(Set(paths).count == paths.count, "\(paths)")
            #expect(Set(desk.sandbox.requests.map(\.vendor)) == Set(["plivo"] + Pairing.all.map(\.vendor)))
            for pairing in Pairing.all {
                desk.sandbox.clearRequests()
                let one = try await desk.zentrunk("list", pairing.id, "--json")
                #expect(try rows(one).allSatisfy { $0["platform"] == .string(pairing.id) })
                #expect(Set(desk.sandbox.requests.map(\.vendor)) == ["plivo", pairing.vendor])
            }
            let named = try await desk.zentrunk("list", "--name", "vapi", "--json")
            #expect(try rows(named).allSatisfy { $0["connection"] == "vapi" })
            #expect(try rows(try await desk.zentrunk("list", "vapi/nobody", "--json")).isEmpty)
        }
    }

    @Test("A vendor that cannot be read marks its side and does not end the list")
    func badKey() async throws {
        try await Desk.run { desk async throws in
            #expect(try await desk.zentrunk(Pairing.vapi.command("connect")).status == 0)
            let bad = try await desk.zentrunk(["list", "--json"], with: ["VAPI_API_KEY": "x"])
            #expect(bad.status == 0)
            let row = try #require(try rows(bad).first)
            #expect(row["carrier_objects"]?.integer == 4 && row["platform_objects"] == .null && row["objects"] == .null)
            #expect(try bad.json["problems"]?.array?.first?["vendor"] == "Vapi")
            #expect(bad.stderr.contains("VAPI_API_KEY"))
            let plivo = try await desk.zentrunk(["list", "vapi"], with: ["PLIVO_AUTH_TOKEN": "wrong"])
            #expect(plivo.status == 0)
            #expect(plivo.stdout.contains("2 objects at Vapi"))
            // Neither vendor answers: the remembered data is printed nevertheless.
            let nobody = "http://127.0.0.1:9"
            let none = try await desk.zentrunk(
                ["list", "vapi"], with: ["PLIVO_API_URL": nobody, "VAPI_API_URL": nobody])
            #expect(none.status == 3)
            #expect(none.stdout.contains(Self.number) && none.stdout.contains("not looked up"))
        }
    }

    @Test(
        "Without valid keys, remembered connections are listed with the reason, and each error is shown once",
        arguments: [
            (["PLIVO_AUTH_ID": ""], "PLIVO_AUTH_ID is not set"),
            (["PLIVO_AUTH_TOKEN": ""], "PLIVO_AUTH_TOKEN is not set"),
            (["PLIVO_AUTH_ID": "", "PLIVO_AUTH_TOKEN": ""], "PLIVO_AUTH_ID and PLIVO_AUTH_TOKEN are not set"),
            (["PLIVO_AUTH_ID": "\"MAX\""], "PLIVO_AUTH_ID is in quotes"), (["PLIVO_AUTH_ID": "M A"], "PLIVO_AUTH_ID"),
        ])
    func withoutKeys(_ variables: [String: String], _ reason: String) async throws {
        try await Desk.run { desk async throws in
            let account = try #require(desk.sandbox.environment["PLIVO_AUTH_ID"])
            for account in [account, "MAOTHER"] {
                for region in ["us", "eu"] {
                    try await remember(desk, account: account, region: region, numbers: [Self.number])
                }
            }
            desk.sandbox.clearRequests()
            let quoted = variables.merging(["VAPI_API_KEY": "\"x\""]) { given, _ in given }
            let result = try await desk.zentrunk(["list", "vapi"], with: quoted)
            #expect(result.status == 1, "\(result.stderr)")
            #expect(result.stderr.contains(reason), "\(result.stderr)")
            #expect(result.stdout.matches(of: /not looked up/).count >= 4, "\(result.stdout)")
            for account in [account, "MAOTHER"] where variables["PLIVO_AUTH_ID"] != nil {
                #expect(result.stdout.contains("Plivo account \(account), not looked up: PLIVO_AUTH_ID is"))
            }
            let lines = result.stderr.split(separator: "\n").filter { $0.contains("could not be queried") }
            #expect(Set(lines).count == lines.count, "\(result.stderr)")
            let json = try await desk.zentrunk(["list", "vapi", "--json"], with: quoted).json
            #expect(json["carrier_account"] == (variables["PLIVO_AUTH_ID"] == nil ? .string(account) : .null))
            #expect(json["connections"]?.array?.count == 4)
            #expect(desk.sandbox.requests.isEmpty)
        }
    }

    // MARK: Sandbox

    @Test("Runs and connections on a running sandbox are separate from real ones", arguments: Pairing.all)
    func sandboxApart(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            try desk.sandbox.location.write(to: desk.folder)
            func zentrunk(_ arguments: [String]) async throws -> Program.Result {
                try await Program(arguments, state: desk.folder).run()
            }
            let done = try await zentrunk(pairing.command("connect", "--sandbox", "--json"))
            #expect(done.status == 0, "\(done.stderr)")
            let run = try #require(try done.json["run"]?.string)
            #expect(try await zentrunk(["runs", "--json"]).json["runs"] == [])
            #expect(try rows(try await zentrunk(["list", "--json"])).isEmpty)
            let runs = try await zentrunk(["runs", "--sandbox", "--json"]).json["runs"]?.array ?? []
            #expect(runs.map { $0["run"]?.string } == [run])
            #expect(try rows(try await zentrunk(["list", "--sandbox", "--json"])).count == 1)
            #expect(try await zentrunk(["show", run, "--sandbox"]).status == 0)
            #expect(try await zentrunk(["show", run]).status == 5)
        }
    }

    @Test("Connections made on a sandbox through its variables are hidden from other accounts")
    func sandboxVariables() async throws {
        try await Desk.run { desk async throws in
            #expect(try await desk.zentrunk(Pairing.vapi.command("connect")).status == 0)
            #expect(try await desk.zentrunk("runs", "--json").json["runs"]?.array?.count == 1)
            let other = ["PLIVO_AUTH_ID": "MAOTHER", "PLIVO_API_URL": "http://127.0.0.1:9"]
            #expect(try await desk.zentrunk(["runs", "--json"], with: other).json["runs"] == [])
            let listed = try await desk.zentrunk(["list", "--json"], with: other)
            #expect(try rows(listed).allSatisfy { $0["carrier_account"] == "MAOTHER" })
        }
    }

    // MARK: Runs

    @Test("Runs are filtered and limited, and their times are in the local time zone")
    func runs() async throws {
        try await Desk.run { desk async throws in
            for name in ["a", "b"] {
                let number = name == "a" ? Self.number : "+14155550101"
                let connect = ["connect", "vapi", "--name", name, "--number", number, "--no-agent"]
                #expect(try await desk.zentrunk(connect).status == 0)
            }
            func runs(_ arguments: String...) async throws -> [String] {
                try await desk.zentrunk(["runs", "--json"] + arguments).json["runs"]?.array?
                    .compactMap { $0["connection"]?.string } ?? []
            }
            #expect(try await runs() == ["a", "b"])
            #expect(try await runs("vapi") == ["a", "b"])
            #expect(try await runs("livekit") == [])
            #expect(try await runs("vapi/b") == ["b"])
            #expect(try await runs("--name", "a") == ["a"])
            #expect(try await runs("--limit", "1") == ["b"])
            let text = try await desk.zentrunk(["runs"], with: ["TZ": "<+0530>-5:30"]).stdout
            #expect(text.hasPrefix("RUN"))
            #expect(text.matches(of: /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+05:30/).count == 2, "\(text)")
        }
    }

    // MARK: Show

    @Test(
        "Show reports drift from the live to the described value, and exits with 8 if requested", arguments: Pairing.all
    )
    func drift(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            #expect(try await desk.zentrunk(pairing.command("connect")).status == 0)
            let calm = try await desk.zentrunk("show", pairing.id, "--exit-code")
            #expect(calm.status == 0, "\(calm.stdout)")
            #expect(calm.stdout.contains("No drift"))
            #expect(calm.stdout.contains("trunk domain:") && calm.stdout.contains(Self.number))
            #expect(calm.stdout.contains(/last run: +\d{4}-.*connect, done/))
            desk.sandbox.own(number: Self.number, application: "4711")
            let drifted = try await desk.zentrunk("show", pairing.id, "--exit-code")
            #expect(drifted.status == 8)
            #expect(drifted.stdout.contains("Drift (live → described):"))
            let quiet = try await desk.zentrunk("show", pairing.id, "--json")
            #expect(quiet.status == 0)
            #expect(try quiet.json["outcome"] == "drift")
        }
    }

    @Test("Show lists numbers that another machine added", arguments: Pairing.all)
    func otherMachine(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            #expect(try await desk.zentrunk(pairing.command("connect")).status == 0)
            let add = ["connect", pairing.id, "--number", "+14155550101", "--yes"] + pairing.answer
            let added = try await Program(add, sandbox: desk.sandbox, state: desk.folder + "/other").run()
            #expect(added.status == 0, "\(added.stderr)")
            let shown = try await desk.zentrunk("show", pairing.id, "--json").json
            #expect(shown["numbers"]?.array?.contains(.string(Self.number)) == true)
            #expect(shown["unrecorded_numbers"] == ["+14155550101"])
            #expect(shown["outcome"] == "drift")
            #expect(try await desk.zentrunk("show", pairing.id).stdout.contains("+14155550101"))
        }
    }

    // MARK: Plans

    @Test("A plan shows changes and counts other objects; with an option it shows all", arguments: Pairing.all)
    func summary(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let fresh = try await desk.zentrunk(pairing.command("plan"))
            let lines = fresh.stdout.split(separator: "\n")
            #expect(lines.first?.contains("digest") == false)
            let last = lines.last.map(String.init) ?? ""
            #expect(last.contains(/Plan: \d+ to create, \d+ to change, 0 to delete, 0 unchanged \(digest/), "\(last)")
            #expect(try await desk.zentrunk(pairing.command("connect")).status == 0)
            let same = try await desk.zentrunk(pairing.command("plan")).stdout
            #expect(same.contains("No changes: ") && same.split(separator: "\n").count == 2, "\(same)")
            let all = try await desk.zentrunk(pairing.command("plan", "--all")).stdout
            #expect(all.contains("= route \(Self.number)"))
            let more = try await desk.zentrunk("plan", pairing.id, "--number", "+14155550101").stdout
            #expect(!more.contains("= ") && more.contains("route +14155550101"))
            #expect(more.contains(/, \d+ unchanged/))
        }
    }
}
