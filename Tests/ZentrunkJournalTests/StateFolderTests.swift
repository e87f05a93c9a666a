import Foundation
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

/// Access to files for tests.
enum FileReading {
    static func bytes(_ path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) }

    static func mode(_ path: String) throws -> Int? {
        try (FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
    }

    static func setMode(_ path: String, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }
}

@Suite("The state folder")
struct StateFolderTests {
    private let folder = TemporaryFolder()

    @Test("The folder, its parents and its files are created with access for the owner only")
    func permissions() async throws {
        let path = folder.path + "/state/zentrunk"
        let journal = try SQLiteJournal(directory: path + "/")
        try await write(journal)
        #expect(journal.file == path + "/zentrunk.sqlite")
        for above in [folder.path, folder.path + "/state", path] { #expect(try FileReading.mode(above) == 0o700) }
        for suffix in ["", "-wal", "-shm"] { #expect(try FileReading.mode(journal.file + suffix) == 0o600) }
    }

    @Test("Read permissions of others are removed")
    func tightening() async throws {
        do { _ = try SQLiteJournal(directory: folder.path) }
        try FileReading.setMode(folder.file, 0o644)
        let journal = try SQLiteJournal(directory: folder.path)
        try await write(journal)
        for suffix in ["", "-wal", "-shm"] { #expect(try FileReading.mode(journal.file + suffix) == 0o600) }
    }

    @Test("The folder is refused if others can write to it or to a file in it", arguments: ["", "/zentrunk.sqlite"])
    func writableByOthers(suffix: String) async throws {
        do { _ = try SQLiteJournal(directory: folder.path) }
        try FileReading.setMode(folder.path + suffix, suffix.isEmpty ? 0o770 : 0o602)
        try await expectRefusal("other users can write", of: folder.path + suffix)
    }

    @Test("The folder is refused if it is a symbolic link, even with a trailing slash", arguments: ["", "/", "//"])
    func linkedFolder(slashes: String) async throws {
        let target = TemporaryFolder()
        try FileManager.default.createDirectory(atPath: target.path, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder.path, withDestinationPath: target.path)
        let error = await failure { _ = try SQLiteJournal(directory: folder.path + slashes) }
        #expect(error?.code == .journal)
        #expect(error?.message.contains("\(folder.path) is a symbolic link") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: target.path).isEmpty)
    }

    @Test("The folder is refused if one of its files is a symbolic link", arguments: ["", "-wal", "-shm", "-journal"])
    func linkedFile(suffix: String) async throws {
        let target = TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        try FileReading.setMode(folder.path, 0o700)
        try FileManager.default.createSymbolicLink(atPath: folder.file + suffix, withDestinationPath: target.path)
        try await expectRefusal("is a symbolic link", of: folder.file + suffix)
        #expect(!FileManager.default.fileExists(atPath: target.path))
    }

    @Test("The folder is refused if it cannot be created, or if the database is a folder")
    func unusable() async throws {
        try FileManager.default.createDirectory(atPath: folder.file, withIntermediateDirectories: true)
        try FileReading.setMode(folder.path, 0o700)
        try await expectRefusal("is not a regular file", of: folder.file)
        let file = folder.path + "/file"
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        for path in [file, file + "/state"] {
            let error = await failure { _ = try SQLiteJournal(directory: path) }
            #expect(error?.code == .journal)
            #expect(error?.message.contains(path) == true)
        }
        let error = await failure { _ = try SQLiteJournal(directory: "") }
        #expect(error?.code == .journal)
    }

    @Test("The folder is refused inside a folder in which every user can replace it, unless that one is sticky")
    func replaceable() async throws {
        let path = folder.path + "/state/deep/zentrunk"
        do { _ = try SQLiteJournal(directory: path) }
        try FileReading.setMode(folder.path + "/state", 0o777)
        for directory in [path, folder.path + "/state/other"] {
            let error = await failure { _ = try SQLiteJournal(directory: directory) }
            #expect(error?.code == .journal)
            #expect(error?.message.contains("every user can replace") == true)
        }
        try FileReading.setMode(folder.path + "/state", 0o1777)
        _ = try SQLiteJournal(directory: path)
    }

    @Test(
        "The folder is refused if it or its file belongs to another user",
        .enabled(if: geteuid() == 0, "only root can give"))
    func somebodyElses() async throws {
        do { _ = try SQLiteJournal(directory: folder.path) }
        for path in [folder.file, folder.path] {
            try #require(chown(path, 12_345, 12_345) == 0)
            try await expectRefusal("belongs to another user", of: path)
            try #require(chown(path, 0, 0) == 0)
        }
    }

    @Test("The folder is refused if it is not writable", .enabled(if: geteuid() != 0, "root may write everywhere"))
    func readOnly() async throws {
        do { _ = try SQLiteJournal(directory: folder.path) }
        try FileReading.setMode(folder.path, 0o500)
        defer { try? FileReading.setMode(folder.path, 0o700) }
        let error = await failure {
            try await write(SQLiteJournal(directory: folder.path))
        }
        #expect(error?.code == .journal)
    }

    private func write(_ journal: SQLiteJournal) async throws {
        try await journal.begin(.example())
        try await journal.intend(.create(1, "trunk"), in: .example())
    }

    private func expectRefusal(_ words: String, of path: String) async throws {
        let error = await failure { _ = try SQLiteJournal(directory: folder.path) }
        #expect(error?.code == .journal)
        #expect(error?.message.contains(words) == true)
        #expect(error?.message.contains(path) == true)
        #expect(error?.remedies.suffix(2) == [.withoutJournal, .moveJournal])
    }
}
