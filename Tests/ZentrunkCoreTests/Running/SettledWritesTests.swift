import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Outcomes of writes")
struct SettledWritesTests {
    typealias Answer = ScriptedKind.Answer

    private let memory = RunMemory(usernames: [:])
    private var writes: SettledWrites { SettledWrites(memory: memory, shouldStop: { false }) }

    enum Result: Sendable, Equatable { case made(String), done, refused(Int?), taken(String), unsettled }

    struct Case: Sendable {
        var answers: [Answer]
        var calls: [String]
        var result: Result

        init(_ answers: [Answer], _ calls: [String], _ result: Result) {
            self.answers = answers
            self.calls = calls
            self.result = result
        }
    }

    private func outcome(_ work: () async throws -> Result) async -> Result? {
        do { return try await work() } catch let error as APIError { return .refused(error.status) } catch {
            if let taken = error as? SettledWrites.NameTaken { return .taken(taken.id) }
            return error is SettledWrites.Unsettled ? .unsettled : nil
        }
    }

    private func create(_ kind: ScriptedKind, _ writes: SettledWrites) async -> Result? {
        await outcome {
            let made = try await writes.create(
                kind, ["name": "x"], query: ResourceQuery(), likeness: Self.likeness, known: ["old"])
            return .made(made.id)
        }
    }

    private static func likeness(_ object: LiveObject) -> TwinMatch {
        switch object.fields["name"] {
        case "other": .none
        case "x, changed": .sameName
        default: .equal
        }
    }

    @Test(
        "A failed create is adopted, refused or sent again, depending on the lookup",
        arguments: [
            Case([.object("1")], ["create"], .made("1")),
            Case([.lost(), .object("7"), .object("7")], ["create", "find", "read"], .made("7")),
            Case([.lost(.answered), .object("7"), .object("7")], ["create", "find", "read"], .made("7")),
            Case([.lost(), .object("7"), .nothing, .object("8")], ["create", "find", "read", "create"], .made("8")),
            // Exactly the wanted object, but the create was refused: another client made it.
            Case([.status(400), .object("7"), .object("7")], ["create", "find", "read"], .taken("7")),
            // A list row may have fewer members than the object.
            Case(
                [.lost(), .object("7"), .object("7", ["name": "x, changed"])], ["create", "find", "read"],
                .taken("7")),
            Case(
                [.error(.unreadable(status: 201, "x")), .object("7"), .object("7")], ["create", "find", "read"],
                .made("7")),
            Case([.status(400), .nothing], ["create", "find"], .refused(400)),
            Case([.status(409), .nothing], ["create", "find"], .refused(409)),
            Case([.status(500), .nothing, .object("2")], ["create", "find", "create"], .made("2")),
            Case([.lost(), .nothing, .object("2")], ["create", "find", "create"], .made("2")),
            Case([.status(408), .nothing, .object("2")], ["create", "find", "create"], .made("2")),
            Case(
                [.status(500), .nothing, .status(502), .nothing, .status(503), .nothing],
                ["create", "find", "create", "find", "create", "find"], .refused(503)),
            Case([.status(401)], ["create"], .refused(401)),
            Case([.status(429)], ["create"], .refused(429)),
            Case([.lost(.notSent)], ["create"], .refused(nil)),
            Case([.status(500), .status(500)], ["create", "find"], .unsettled),
            Case(
                [.lost(), .objects([LiveObject(id: "old", fields: [:])]), .object("2")], ["create", "find", "create"],
                .made("2")),
            Case([.lost(), .object("3", ["name": "other"]), .object("2")], ["create", "find", "create"], .made("2")),
            Case(
                [
                    .lost(), .objects([LiveObject(id: "9", fields: [:]), LiveObject(id: "5", fields: [:])]),
                    .object("9"), .object("5"),
                ],
                ["create", "find", "read", "read"], .made("5")),
        ])
    func creates(_ example: Case) async {
        let kind = ScriptedKind(example.answers)
        #expect(await create(kind, writes) == example.result)
        #expect(kind.calls == example.calls)
    }

    @Test("A stopped run still looks, and does not send again")
    func stopping() async {
        let kind = ScriptedKind([.status(500), .nothing])
        #expect(await create(kind, SettledWrites(memory: memory, shouldStop: { true })) == .refused(500))
        #expect(kind.calls == ["create", "find"])
    }

    @Test(
        "An update is done if the object has the wanted values",
        arguments: [
            (false, Case([.done], ["update"], .done)),
            (false, Case([.lost(), .object("1", ["name": "new"])], ["update", "read"], .done)),
            (false, Case([.status(400), .object("1", ["name": "new"])], ["update", "read"], .done)),
            (false, Case([.status(400), .object("1")], ["update", "read"], .refused(400))),
            (false, Case([.lost(), .object("1"), .done], ["update", "read", "update"], .done)),
            (false, Case([.lost(), .nothing], ["update", "read"], .refused(nil))),
            (false, Case([.lost(), .status(500)], ["update", "read"], .unsettled)),
            (false, Case([.status(401)], ["update"], .refused(401))),
            (true, Case([.lost(), .object("1", ["name": "new"]), .done], ["update", "read", "update"], .done)),
            // The update failed and changed the object nevertheless, so it must be restored.
            (true, Case([.status(400), .object("1", ["name": "new"])], ["update", "read"], .unsettled)),
            (false, Case([.status(400), .object("1", ["name": "half"])], ["update", "read"], .unsettled)),
            (
                true,
                Case([.lost(), .object("1", ["name": "new"]), .status(401)], ["update", "read", "update"], .unsettled)
            ),
            (
                true,
                Case([.lost(), .object("1"), .status(401)], ["update", "read", "update"], .refused(401))
            ),
            (
                true,
                Case(
                    [
                        .lost(), .object("1", ["name": "new"]), .lost(), .object("1", ["name": "new"]), .lost(),
                        .object("1"),
                    ],
                    ["update", "read", "update", "read", "update", "read"], .refused(nil))
            ),
        ])
    func updates(_ hasSecrets: Bool, _ example: Case) async {
        let kind = ScriptedKind(example.answers)
        let result = await outcome {
            try await writes.update(
                kind, LiveObject(id: "1", fields: [:]), with: ["name": "new"], hasSecrets: hasSecrets
            ) {
                $0.fields["name"] == "new"
            }
            return .done
        }
        #expect(result == example.result)
        #expect(kind.calls == example.calls)
    }

    @Test(
        "A delete is done if the object is gone",
        arguments: [
            Case([.done], ["delete"], .done),
            Case([.missing], ["delete"], .done),
            Case([.noRoute, .nothing], ["delete", "read"], .done),
            Case([.noRoute, .object("1"), .done], ["delete", "read", "delete"], .done),
            Case([.noRoute, .noRoute], ["delete", "read"], .unsettled),
            Case(
                [.noRoute, .object("1"), .noRoute, .object("1"), .noRoute, .object("1")],
                ["delete", "read", "delete", "read", "delete", "read"], .unsettled),
            Case([.lost(), .nothing], ["delete", "read"], .done),
            Case([.status(500), .nothing], ["delete", "read"], .done),
            Case([.status(500), .object("1"), .done], ["delete", "read", "delete"], .done),
            Case([.status(500), .object("1"), .missing], ["delete", "read", "delete"], .done),
            Case([.status(409), .object("1")], ["delete", "read"], .refused(409)),
            Case([.status(401)], ["delete"], .refused(401)),
            Case([.lost(), .status(503)], ["delete", "read"], .unsettled),
        ])
    func deletes(_ example: Case) async {
        let kind = ScriptedKind(example.answers)
        let result = await outcome {
            try await writes.delete(kind, "1")
            return .done
        }
        #expect(result == example.result)
        #expect(kind.calls == example.calls)
    }

    @Test(
        "Only a write that was never sent counts as not sent",
        arguments: [(Answer.lost(.notSent), false), (.status(401), true), (.status(429), true), (.done, true)])
    func sent(_ answer: Answer, _ hasSent: Bool) async {
        _ = try? await writes.delete(ScriptedKind([answer]), "1")
        #expect(memory.hasSent == hasSent)
    }
}
