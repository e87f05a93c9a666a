import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: passwords that no vendor returns")
struct EngineLoginTests {
    private static let number = EngineBench.number

    /// An account with a record of the number, and a connector for one that logs in.
    private struct Desk {
        let bench = EngineBench()
        let connector: Connector
        let id: String

        init(_ login: JSONObject) throws {
            connector = try bench.connector(template: Template(parsing: EngineTemplates.desk, file: "desk"))
            let theirs: JSONObject = ["number": .string(EngineLoginTests.number), "name": "theirs"]
            id = bench.vendor.insert(MemoryAdapter.desk, theirs.merging(login))
        }

        func adoption() async throws -> Plan {
            try await connector.plan(EngineBench.request([:], mayAdopt: true))
        }
    }

    private static let theirs: JSONObject = ["user": "theirs", "password": "not-a-secret"]

    @Test("A password beside its username is a loss of the adoption, and again of the disconnect")
    func adopted() async throws {
        let desk = try Desk(Self.theirs)
        let plan = try await desk.adoption()
        #expect(plan.losses == ["desk \(desk.id): the password at /password, which cannot be read"])
        #expect(plan.needsConsent)
        #expect(await desk.connector.apply(plan, consent: false).error?.code == .consent)
        #expect(await desk.connector.apply(plan, consent: true).outcome == .connected)
        let end = try await desk.connector.plan(DisconnectionRequest())
        #expect(end.losses == plan.losses)
        let report = await desk.connector.apply(end, consent: true)
        #expect(report.outcome == .disconnected)
        #expect(report.losses == plan.losses)
        #expect(desk.bench.vendor[MemoryAdapter.desk, desk.id]?["user"] == "theirs")
    }

    @Test("A failed run names the password that its rollback cannot restore, and leaves no half of a login")
    func failed() async throws {
        let desk = try Desk(Self.theirs)
        let plan = try await desk.adoption()
        // Everything is written, and then nothing can be read back as planned.
        desk.bench.vendor.after(.call(.update, of: MemoryAdapter.desk)) {
            desk.bench.vendor.fail(.refused, at: .write())
        }
        desk.bench.vendor.fail(.lostAfter, at: .call(.update, of: MemoryAdapter.desk))
        let report = await desk.connector.apply(plan, consent: true)
        #expect(report.outcome == .failed)
        #expect(!report.left.isEmpty)
        #expect(report.left.contains { $0.contains("the password") }, "\(report.left)")
        #expect(desk.bench.vendor[MemoryAdapter.desk, desk.id]?["user"] != "theirs")
    }

    @Test("A record without a login loses none")
    func without() async throws {
        let desk = try Desk([:])
        let before = desk.bench.vendor.text
        let plan = try await desk.adoption()
        #expect(plan.losses == [])
        #expect(!plan.needsConsent)
        #expect(await desk.connector.apply(plan, consent: false).outcome == .connected)
        let end = try await desk.connector.plan(DisconnectionRequest())
        #expect(end.losses == [])
        #expect(await desk.connector.apply(end, consent: true).outcome == .disconnected)
        #expect(desk.bench.vendor.text == before)
    }

    @Test("A login that was set by hand is a loss of the repair")
    func byHand() async throws {
        let desk = try Desk([:])
        #expect(await desk.connector.apply(try await desk.adoption(), consent: true).outcome == .connected)
        desk.bench.vendor.change(MemoryAdapter.desk, desk.id, Self.theirs)
        let plan = try await desk.connector.plan(ConnectionRequest())
        #expect(plan.losses == ["desk \(desk.id): the password next to /user, which cannot be read"])
    }

    // MARK: An object that cannot be replaced

    @Test(
        "A record whose id is the number is never replaced: the plan refuses and names what helps",
        arguments: [true, false])
    func irreplaceable(isOwn: Bool) async throws {
        let desk = try Desk(["agent": "a0"])
        if isOwn { desk.bench.vendor.remove(MemoryAdapter.desk, desk.id) }
        if isOwn {
            let made = await desk.connector.apply(
                try await desk.connector.plan(EngineBench.request()), consent: true)
            #expect(made.outcome == .connected, "\(made.error?.message ?? "")")
        }
        let before = desk.bench.vendor.text
        var request = try EngineBench.request(["agent": nil], mayAdopt: true, replaceable: [desk.id])
        let plan = try await desk.connector.plan(request)
        let collision = try #require(plan.collisions.first)
        #expect(plan.collisions.count == 1)
        #expect([collision.what, collision.id] == ["desk", Self.number])
        #expect(collision.message.contains("because agent"))
        #expect(
            collision.remedies == [
                isOwn
                    ? .disconnect(.init("memory", .main), numbers: [Self.number])
                    : .advice("delete desk \(Self.number) at the platform, then try again")
            ])
        #expect(await desk.connector.apply(plan, consent: true).error?.code == .collision)
        #expect(desk.bench.vendor.text == before)
        // What the collision names helps.
        if isOwn {
            let end = try await desk.connector.plan(DisconnectionRequest())
            #expect(await desk.connector.apply(end, consent: true).outcome == .disconnected)
        } else {
            desk.bench.vendor.remove(MemoryAdapter.desk, desk.id)
        }
        request.mayAdopt = false
        #expect(await desk.connector.apply(try await desk.connector.plan(request), consent: true).outcome == .connected)
    }

    // MARK: The rule

    /// What a change of an object overwrites, by where the kind keeps its logins.
    struct Shape: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var fields: [String: Field]
        var object: JSONObject
        var changed: Set<String>
        var losses: [String]
    }

    @Test(
        "One rule finds the logins of nested and of flat kinds",
        arguments: [
            Shape(
                testDescription: "nested", fields: ["login": .object(["user": .string, "key": .string.writeOnly()])],
                object: ["login": ["user": "u"]], changed: ["login"],
                losses: ["the password at /login, which cannot be read"]),
            Shape(
                testDescription: "nested twice",
                fields: ["a": .object(["b": .object(["user": .string, "key": .string.writeOnly()])])],
                object: ["a": ["b": ["user": "u"]]], changed: ["a"],
                losses: ["the password at /a/b, which cannot be read"]),
            Shape(
                testDescription: "nested, something else changes",
                fields: ["login": .object(["user": .string, "key": .string.writeOnly()]), "name": .string],
                object: ["login": ["user": "u"], "name": "n"], changed: ["name"], losses: []),
            Shape(
                testDescription: "flat", fields: ["user": .string, "key": .string.writeOnly().sent(with: "user")],
                object: ["user": "u"], changed: ["user"], losses: ["the password at /key, which cannot be read"]),
            Shape(
                testDescription: "flat, something else changes",
                fields: ["user": .string, "name": .string, "key": .string.writeOnly().sent(with: "user")],
                object: ["user": "u", "name": "n"], changed: ["name"], losses: []),
            Shape(
                testDescription: "flat, without a username",
                fields: ["user": .string.removed(.byWriting("")), "key": .string.writeOnly().sent(with: "user")],
                object: ["user": ""], changed: ["user"], losses: []),
            Shape(
                testDescription: "flat, sent with every update",
                fields: ["name": .string, "key": .string.writeOnly().alwaysSent()], object: ["name": "n"],
                changed: ["name"], losses: ["the password at /key, which cannot be read"]),
            Shape(
                testDescription: "nothing changes", fields: ["key": .string.writeOnly().alwaysSent()], object: [:],
                changed: [], losses: []),
            Shape(
                testDescription: "what cannot be cleared", fields: ["agent": .string], object: [:], changed: ["agent"],
                losses: ["agent, which cannot be cleared"]),
        ])
    func places(_ shape: Shape) {
        let kind = KindDescription("test.kind", title: "kind", side: .platform, idField: "id", fields: shape.fields)
        #expect(kind.irreversible(shape.changed, from: shape.object) == shape.losses)
    }
}
