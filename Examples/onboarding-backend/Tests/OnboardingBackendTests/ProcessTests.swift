import Foundation
import ServiceLifecycle
import Testing
import ZentrunkJSON
import ZentrunkSandbox

@testable import OnboardingBackend

/// The vendors are imitated in the test's process, so that they outlive the backend's.
@Suite("The process: signals, crashes and restarts", .serialized)
struct ProcessTests {
    private struct Scene {
        let folder: TemporaryFolder
        let acme: Sandbox
        let globex: Sandbox
        let customers: String
        var state: String { folder.path + "/state" }

        func start(_ more: String...) async throws -> BackendProcess {
            try await BackendProcess(customers: customers, state: state, more)
        }
    }

    private func scene(latency: Duration, _ body: (Scene) async throws -> Void) async throws {
        let imitation = try await SandboxCustomers.start(latency: latency)
        let folder = try TemporaryFolder()
        let customers = zip(["acme", "globex"], imitation.sandboxes).map { name, sandbox -> JSONValue in
            [
                "name": .string(name), "token": .string(SandboxCustomers.token(of: name)),
                "settings": .object(JSONObject(sandbox.environment.map { ($0.key, .string($0.value)) })),
            ]
        }
        let path = folder.path + "/customers.json"
        let text = JSONValue.object(["customers": .array(customers)]).bytes()
        #expect(
            FileManager.default.createFile(
                atPath: path, contents: Data(text), attributes: [.posixPermissions: 0o600]))
        try await body(
            Scene(folder: folder, acme: imitation.sandboxes[0], globex: imitation.sandboxes[1], customers: path))
        for sandbox in imitation.sandboxes { await sandbox.stop() }
    }

    private func isFirstWrite(_ event: Client.Event) -> Bool { event.json["event"] == "finished" }

    /// How many objects of each kind the vendors have.
    private func counts(_ sandbox: Sandbox) -> [String: Int] {
        var counts: [String: Int] = [:]
        for (vendor, tables) in sandbox.state.object ?? [:] {
            for (table, rows) in tables.object ?? [:] { counts["\(vendor) \(table)"] = rows.array?.count }
        }
        return counts
    }

    @Test("SIGTERM in the middle of a connect: the run is rolled back, its readers learn so, and the exit code is 0")
    func terminated() async throws {
        try await scene(latency: .milliseconds(50)) { scene async throws in
            let before = scene.acme.state
            let backend = try await scene.start()
            let run = try await backend.client.connect()
            let events = try await backend.client.events(of: run, until: isFirstWrite)
            #expect(events.last.map(isFirstWrite) == true)
            async let report = backend.client.report(of: run, outcome: "failed")
            backend.send(SIGTERM)
            #expect(try await report["error"]?["code"] == "cancelled")
            #expect(await backend.ended() == 0)
            #expect(scene.acme.state == before)

            let next = try await scene.start()
            let answer = try await next.client.send(.GET, "/runs/\(run)")
            #expect(answer["/state"] == "ended" && answer["/report/outcome"] == "failed")
            #expect(try await next.client.events(of: run).map(\.name) == ["report"])
            next.send(SIGTERM)
            #expect(await next.ended() == 0)
        }
    }

    @Test("SIGKILL in the middle of a connect: the next start completes it before it is ready, with one set of objects")
    func killed() async throws {
        try await scene(latency: .milliseconds(50)) { scene async throws in
            let before = scene.acme.state
            let backend = try await scene.start()
            let run = try await backend.client.connect()
            _ = try await backend.client.events(of: run, until: isFirstWrite)
            backend.send(SIGKILL)
            #expect(await backend.ended() == -1)
            #expect(scene.acme.state != before)

            let next = try await scene.start()
            let answer = try await next.client.send(.GET, "/runs/\(run)")
            #expect(answer["/state"] == "ended" && answer["/report/outcome"] == "connected", "\(answer.text)")
            let globex = next.client.of("globex")
            try await globex.report(of: try await globex.connect(), outcome: "connected")
            #expect(counts(scene.acme) == counts(scene.globex))
            try await next.client.report(of: try await next.client.disconnect(), outcome: "disconnected")
            #expect(scene.acme.state == before)
            next.send(SIGTERM)
            #expect(await next.ended() == 0)
        }
    }

    @Test("What is not settled within the time limit is continued by the next start")
    func timeLimit() async throws {
        try await scene(latency: .milliseconds(50)) { scene async throws in
            let backend = try await scene.start("--shutdown-seconds", "1")
            let run = try await backend.client.connect()
            _ = try await backend.client.events(of: run, until: isFirstWrite)
            scene.acme.setFaults([SandboxFault(effect: .hang)])
            backend.send(SIGTERM)
            #expect(await backend.ended() != 0)

            scene.acme.setFaults([])
            let next = try await scene.start()
            let answer = try await next.client.send(.GET, "/runs/\(run)")
            #expect(answer["/report/outcome"] == "connected", "\(answer.text)")
            next.send(SIGTERM)
            #expect(await next.ended() == 0)
        }
    }

    @Test("An order that cannot be continued is interrupted, and the next order for its connection takes its place")
    func interrupted() async throws {
        try await scene(latency: .milliseconds(50)) { scene async throws in
            let backend = try await scene.start()
            let run = try await backend.client.connect()
            _ = try await backend.client.events(of: run, until: isFirstWrite)
            backend.send(SIGKILL)
            #expect(await backend.ended() == -1)

            scene.acme.setFaults([SandboxFault(vendor: "plivo", effect: .unauthorized)])
            let next = try await scene.start()
            #expect(try await next.log.line("run not continued")["run"]?.string == run)
            #expect(try await next.client.send(.GET, "/runs/\(run)")["/report/outcome"] == "interrupted")
            #expect(try await next.client.events(of: run).map(\.json) == [["outcome": "interrupted"]])
            scene.acme.setFaults([])
            try await next.client.report(of: try await next.client.connect(), outcome: "connected")
            next.send(SIGTERM)
            #expect(await next.ended() == 0)

            scene.acme.clearRequests()
            let last = try await scene.start()
            #expect(scene.acme.requests.isEmpty)
            #expect(try await last.client.send(.GET, "/runs/\(run)")["/report/outcome"] == "interrupted")
            last.send(SIGTERM)
            #expect(await last.ended() == 0)
        }
    }

    @Test("A second process on the same state is refused")
    func secondProcess() async throws {
        try await scene(latency: .zero) { scene async throws in
            let backend = try await scene.start()
            await #expect(throws: LogLines.Ended.self) { try await scene.start() }
            backend.send(SIGTERM)
            #expect(await backend.ended() == 0)
        }
    }
}
