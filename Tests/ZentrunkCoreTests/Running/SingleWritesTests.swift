import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Single writes")
struct SingleWritesTests {
    private static let lockable = KindDescription(
        "test.lock", title: "lock", side: .carrier, idField: "id",
        fields: [
            "id": .string.readOnly(), "name": .string, "direction": .string.alwaysSent(),
            "password": .string.writeOnly().alwaysSent(), "spare": .string.removed(.byCopying("name")),
        ])

    private let known = LiveObject(id: "1", fields: ["id": "1", "name": "a", "direction": "in"])

    private func kind(_ answers: [ScriptedKind.Answer]) -> ScriptedKind {
        ScriptedKind(answers, description: Self.lockable)
    }

    private func code(_ work: () async throws -> Void) async -> ZentrunkError.Code? {
        do {
            try await work()
            return nil
        } catch {
            return (error as? ZentrunkError)?.code
        }
    }

    @Test("A create is read back; a lost one is found by its exact name")
    func creates() async throws {
        let plain = kind([.object("1"), .object("1", ["name": "a"])])
        #expect(try await SingleWrites(plain).create(["name": "a"], name: "a").fields["name"] == "a")
        #expect(plain.calls == ["create", "read"])
        let others = LiveObject(id: "7", fields: ["name": "b"])
        let lost = kind([.lost(), .objects([others, known]), .objects([known]), .objects([known])])
        #expect(try await SingleWrites(lost).create(["name": "a"], name: "a").id == "1")
        #expect(lost.calls == ["create", "find", "read", "read"])
    }

    @Test("A refused create does not adopt an object that another client made in the meantime")
    func taken() async throws {
        let kind = kind([.status(409), .objects([known]), .objects([known])])
        let code = await code { _ = try await SingleWrites(kind).create(["name": "a"], name: "a") }
        #expect(code == .refused)
    }

    struct Failure: Sendable {
        var answers: [ScriptedKind.Answer]
        var code: ZentrunkError.Code
        init(_ answers: [ScriptedKind.Answer], _ code: ZentrunkError.Code) {
            self.answers = answers
            self.code = code
        }
    }

    @Test(
        "The error of a failed create says whether an object may exist",
        arguments: [
            Failure([.status(400), .nothing], .refused), Failure([.status(401)], .unauthenticated),
            Failure([.lost(.notSent)], .unavailable), Failure([.lost(), .status(500)], .incomplete),
            Failure([.object("1"), .status(500)], .incomplete), Failure([.object("1"), .nothing], .incomplete),
        ])
    func failedCreates(_ failure: Failure) async {
        let kind = kind(failure.answers)
        let code = await code { _ = try await SingleWrites(kind).create(["name": "a"], name: "a") }
        #expect(code == failure.code)
    }

    @Test("An update looks first and writes nothing if the object is equal, changed or gone")
    func looks() async throws {
        let same = kind([.objects([known])])
        #expect(try await SingleWrites(same).update(known, to: ["name": "a"]) == known)
        #expect(same.calls == ["read"])
        var theirs = known
        theirs.fields["direction"] = "out"
        for (answers, expected) in [([theirs], ZentrunkError.Code.moved), ([], .refused)] {
            let kind = kind([.objects(answers)])
            let known = known
            let code = await code { _ = try await SingleWrites(kind).update(known, to: ["name": "b"]) }
            #expect(code == expected)
            #expect(kind.calls == ["read"])
        }
    }

    @Test("An update with a different read-back, or with a password that may be lost, is incomplete")
    func doubtfulUpdates() async {
        let known = known
        let ignored = kind([.objects([known]), .done, .objects([known])])
        #expect(await code { _ = try await SingleWrites(ignored).update(known, to: ["name": "b"]) } == .incomplete)
        let target: JSONObject = ["password": "canary"]
        let lost = kind([.objects([known])] + (0..<3).flatMap { _ in [.lost(), .objects([known])] })
        #expect(await code { _ = try await SingleWrites(lost).update(known, to: target) } == .incomplete)
        #expect(lost.calls.count(where: { $0 == "update" }) == 3)
        let refused = kind([.objects([known]), .status(400), .objects([known])])
        #expect(await code { _ = try await SingleWrites(refused).update(known, to: target) } == .refused)
    }

    @Test("A task cancelled before the write sends nothing")
    func cancelled() async {
        let kind = kind([])
        let task = Task { () async throws in
            withUnsafeCurrentTask { $0?.cancel() }
            try await SingleWrites(kind).delete("1")
        }
        await #expect(throws: CancellationError.self) { () async throws in try await task.value }
        #expect(kind.calls == [])
    }
}
