import Foundation
import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("A running sandbox used from other processes")
struct SandboxLocationTests {
    private static func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "zentrunk-sandbox-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(directory)
    }

    @Test("A sandbox is found through its file, which only the owner can read")
    func found() async throws {
        try await Self.withDirectory { directory async throws in
            try await withSandbox { caller async throws in
                try Data("an older one".utf8).write(to: URL(fileURLWithPath: directory + "/sandbox.json"))
                try caller.sandbox.location.write(to: directory)
                let files = FileManager.default
                #expect(try files.contentsOfDirectory(atPath: directory) == [SandboxLocation.fileName])
                let attributes = try files.attributesOfItem(atPath: directory + "/" + SandboxLocation.fileName)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
                let location = await SandboxLocation.find(in: directory, patience: .seconds(60))
                #expect(location == caller.sandbox.location)
                #expect(location?.environment == caller.sandbox.environment)
                #expect(caller.sandbox.requests.isEmpty)
            }
            // Stopped: the file exists, but the process does not answer.
            #expect(await SandboxLocation.find(in: directory, patience: .seconds(60)) == nil)
        }
    }

    @Test("A sandbox is not found without a file, with an invalid file, or if another process has its address")
    func notFound() async throws {
        try await Self.withDirectory { directory async throws in
            #expect(await SandboxLocation.find(in: directory, patience: .seconds(60)) == nil)
            try Data("{}".utf8).write(to: URL(fileURLWithPath: directory + "/sandbox.json"))
            #expect(await SandboxLocation.find(in: directory, patience: .seconds(60)) == nil)
            try await withSandbox { caller async throws in
                var location = caller.sandbox.location
                location.process += 1
                try location.write(to: directory)
                #expect(await SandboxLocation.find(in: directory, patience: .seconds(60)) == nil)
            }
        }
    }

    @Test(
        "A file that others could have written is ignored: an open folder or file, a link",
        arguments: ["", "/sandbox.json"])
    func others(_ suffix: String) async throws {
        try await Self.withDirectory { directory async throws in
            try await withSandbox { caller async throws in
                let files = FileManager.default
                try caller.sandbox.location.write(to: directory)
                let mode = suffix.isEmpty ? 0o700 : 0o600
                try files.setAttributes([.posixPermissions: mode | 0o022], ofItemAtPath: directory + suffix)
                #expect(await SandboxLocation.find(in: directory, patience: .seconds(60)) == nil)
                try files.setAttributes([.posixPermissions: mode], ofItemAtPath: directory + suffix)
                #expect(await SandboxLocation.find(in: directory, patience: .seconds(60)) != nil)
                let file = directory + "/sandbox.json"
                try files.moveItem(atPath: file, toPath: directory + "/elsewhere.json")
                try files.createSymbolicLink(atPath: file, withDestinationPath: directory + "/elsewhere.json")
                #expect(await SandboxLocation.find(in: directory, patience: .seconds(60)) == nil)
            }
        }
    }

    @Test("Writing follows no link, neither at the file's path nor at its draft's")
    func links() async throws {
        try await Self.withDirectory { directory async throws in
            try await withSandbox { caller async throws in
                let files = FileManager.default
                let (location, victim) = (caller.sandbox.location, directory + "/victim")
                try Data("precious".utf8).write(to: URL(fileURLWithPath: victim))
                for name in ["/sandbox.json", "/sandbox.json.\(location.process)"] {
                    try files.createSymbolicLink(atPath: directory + name, withDestinationPath: victim)
                }
                try location.write(to: directory)
                #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
                #expect(await SandboxLocation.find(in: directory, patience: .seconds(60)) == location)
            }
        }
    }

    @Test("Only the sandbox that the file names removes it")
    func remove() async throws {
        try await Self.withDirectory { directory async throws in
            try await withSandbox { caller async throws in
                try caller.sandbox.location.write(to: directory)
                try await withSandbox { $0.sandbox.location.remove(from: directory) }
                #expect(await SandboxLocation.find(in: directory, patience: .seconds(60)) != nil)
                caller.sandbox.location.remove(from: directory)
                #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
            }
        }
    }

    @Test("A sandbox is controlled over HTTP, and control requests are not recorded")
    func control() async throws {
        try await withSandbox { caller async throws in
            #expect(try await caller.control("GET", "ping")["/sandbox"] == "zentrunk")
            _ = try await caller.control("POST", "numbers", ["number": "+442071234567", "application": "77"])
            #expect(caller.sandbox.services.plivo.route(of: "442071234567") == .application("77"))
            _ = try await caller.control("POST", "faults", [["path": "Number", "nth": 1, "effect": "lose-answer"]])
            #expect(try await caller.plivo("GET", "Number/").status == nil)
            #expect(try await caller.plivo("GET", "Number/").status == 200)
            #expect(try await caller.control("GET", "depth").json == ["depth": 2, "requests": 2])
            let requests = try await caller.control("GET", "requests").json.array
            #expect(requests?.map { $0["status"] } == [.null, 200])
            #expect(requests?.first?["fault"] == "lose-answer")
            _ = try await caller.control("POST", "latency", ["milliseconds": 20])
            _ = try await caller.plivo("GET", "Number/")
            let last = try #require(caller.sandbox.requests.last)
            #expect(try #require(last.finished) - last.started >= .milliseconds(20))
            #expect(try await caller.control("GET", "state")["/plivo/numbers"]?.array?.count == 11)
            _ = try await caller.control("POST", "reset")
            #expect(try await caller.control("GET", "state")["/plivo/numbers"]?.array?.count == 10)
            #expect(caller.sandbox.requests.isEmpty)
        }
    }

    @Test(
        "An invalid control request is refused with the path of the error",
        arguments: [
            ("faults", [["effect": "explode"]], "/0/effect"), ("faults", [["effects": "hang"]], "/0/effects"),
            ("faults", [["effect": ["answer": ["status": 99]]]], "/0/effect/answer/status"),
            ("latency", ["seconds": 1], "/milliseconds"), ("numbers", [], "expected an object"),
        ] as [(String, JSONValue, String)])
    func refused(action: String, body: JSONValue, complaint: String) async throws {
        try await withSandbox { caller async throws in
            let reply = try await caller.control("POST", action, body)
            #expect(reply.status == 400)
            #expect(reply["/error"]?.string?.contains(complaint) == true)
        }
    }

    @Test(
        "Faults are unchanged after conversion to JSON and back",
        arguments: [
            SandboxFault(effect: .hang),
            SandboxFault(vendor: "plivo", method: "POST", hits: .nth(2), effect: .loseAnswer),
            .failing(write: 3, with: .truncateAnswer), SandboxFault(path: "*/x", hits: .first(4), effect: .emptyAnswer),
            SandboxFault(readsOnly: true, hits: .from(5), effect: .breakJSON),
            SandboxFault(body: [.root.appending("a"): 1], effect: .delay(.milliseconds(250))),
            SandboxFault(effect: .rateLimited(retryAfterSeconds: 3)), SandboxFault(effect: .unavailable),
            SandboxFault(effect: .breakJSON), SandboxFault(effect: .closeBeforeActing),
            SandboxFault(path: "*/x", effect: .noRoute(.nest404)),
        ])
    func faultJSON(_ fault: SandboxFault) throws {
        #expect(try SandboxFault(JSONCursor(fault.json)) == fault)
    }
}
