import Foundation
import Testing
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore
@testable @_spi(Adapter) import ZentrunkJournal

@Suite("File locks")
struct LockTests {
    private let identity = ConnectionIdentity.example()

    @Test("Two sets of locks exclude each other", arguments: ConnectionLocksConformance.cases)
    func conforms(rule: ConnectionLocksConformance.Case) async throws {
        let folder = TemporaryFolder()
        try await rule.run { (try FileLocks(directory: folder.path), try FileLocks(directory: folder.path)) }
    }

    @Test("The holder's process and time are known")
    func holder() async throws {
        let folder = TemporaryFolder()
        let claim = try await FileLocks(directory: folder.path).claim(identity, waiting: nil)
        let other = try FileLocks(directory: folder.path)
        let holder = try #require(try await other.holder(of: identity))
        #expect(holder.process == getpid())
        #expect(holder.since?.contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) == true)
        let error = await failure { _ = try await other.claim(identity, waiting: nil) }
        #expect(error?.message.contains("process \(getpid()), since ") == true)
        claim.release()
    }

    @Test("Lock files are private to the owner, contain no names, and links are not followed")
    func files() async throws {
        let folder = TemporaryFolder()
        let locks = try FileLocks(directory: folder.path)
        try await locks.claim(identity, waiting: nil).release()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/locks")
        let name = try #require(names.first)
        let path = "\(folder.path)/locks/\(name)"
        #expect(names.count == 1 && name.contains(/^[0-9a-f]{16}$/))
        #expect(try FileReading.mode(folder.path + "/locks") == 0o700)
        #expect(try FileReading.mode(path) == 0o600)
        #expect(try FileReading.bytes(path) == [])
        try FileReading.setMode(path, 0o622)
        let open = await failure { _ = try await locks.claim(identity, waiting: nil) }
        #expect(open?.message.contains("other users can write to the lock") == true)
        try FileManager.default.removeItem(atPath: path)
        let target = TemporaryFolder()
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target.path)
        let linked = await failure { _ = try await locks.claim(identity, waiting: nil) }
        #expect(linked?.code == .journal)
        #expect(linked?.message.contains("is a symbolic link") == true)
        #expect(!FileManager.default.fileExists(atPath: target.path))
    }

    @Test("Content of a lock file that does not have the expected format is ignored")
    func foreignContents() async throws {
        let folder = TemporaryFolder()
        let locks = try FileLocks(directory: folder.path)
        let claim = try await locks.claim(identity, waiting: nil)
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/locks").first)
        try Data("x \u{1B}[2J\n".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/locks/\(name)"))
        #expect(try await locks.holder(of: identity) == RunHolder())
        claim.release()
    }
}
