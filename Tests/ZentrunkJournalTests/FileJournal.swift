import Dispatch
import Foundation
import Synchronization
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkJournal

/// A journal in one append-only file of text, for any number of processes.
///
/// One line has the entries of one append, so that a line that was torn by a crash is left out as a whole. Writers
/// exclude each other with `flock`, and `fsync` makes a line durable. An index in memory follows the file: it reads what
/// others have added since.
final class FileJournal: Journal {
    let locks: any ConnectionLocks
    private let file: EntryFile
    private let queue = DispatchQueue(label: "file journal")

    init(directory: String) throws {
        locks = try FileLocks(directory: directory)
        file = EntryFile(path: directory + "/entries")
    }

    func append(_ entries: [JournalEntry]) async throws { try await work { try $0.append(entries) } }

    func ride(_ entry: JournalEntry) async { file.ride(entry) }

    func identities(of carrierAccount: String?) async throws -> [ConnectionIdentity] {
        try await work { file in
            try file.read().identities.filter { carrierAccount == nil || $0.carrierAccount == carrierAccount }
        }
    }

    func milestones(of identity: ConnectionIdentity?) async throws -> [JournalEntry] {
        try await work { file in
            let index = try file.read()
            return identity.map { index.milestonesByIdentity[$0] ?? [] } ?? index.milestones
        }
    }

    func entries(of run: String) async throws -> [JournalEntry] {
        try await work { try $0.read().runs[run] ?? [] }
    }

    /// Does blocking work on a thread of its own, to its end, also if the task is cancelled.
    private func work<Value: Sendable>(_ body: @escaping @Sendable (EntryFile) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [file] in continuation.resume(with: Result { try body(file) }) }
        }
    }
}

/// The entries of a file, by what they are looked for.
private struct EntryIndex {
    private(set) var runs: [String: [JournalEntry]] = [:]
    private(set) var milestones: [JournalEntry] = []
    private(set) var milestonesByIdentity: [ConnectionIdentity: [JournalEntry]] = [:]
    private(set) var identities: [ConnectionIdentity] = []

    func knows(_ entry: JournalEntry) -> Bool { entry.isStart || runs[entry.run] != nil }

    mutating func add(_ entry: JournalEntry) {
        runs[entry.run, default: []].append(entry)
        guard entry.isMilestone else { return }
        if milestonesByIdentity[entry.identity] == nil { identities.append(entry.identity) }
        milestones.append(entry)
        milestonesByIdentity[entry.identity, default: []].append(entry)
    }
}

/// The file and its index.
private final class EntryFile: Sendable {
    private struct State {
        var index = EntryIndex()
        /// How much of the file the index knows.
        var offset = 0
        var riders: [JournalEntry] = []
    }

    private let path: String
    private let state = Mutex(State())

    init(path: String) { self.path = path }

    func ride(_ entry: JournalEntry) { state.withLock { $0.riders.append(entry) } }

    /// Returns the index of everything in the file, and of the riders.
    func read() throws -> EntryIndex {
        try state.withLock { state in
            try locked { try follow($0, &state) }
            var index = state.index
            for rider in state.riders where index.knows(rider) { index.add(rider) }
            return index
        }
    }

    func append(_ entries: [JournalEntry]) throws {
        try state.withLock { state in
            try locked { descriptor in
                try follow(descriptor, &state)
                var index = state.index
                var added: [JournalEntry] = []
                for rider in state.riders where index.knows(rider) {
                    index.add(rider)
                    added.append(rider)
                }
                for entry in entries {
                    guard index.knows(entry) else { throw Self.failure("run \(entry.run) was never begun in it") }
                    index.add(entry)
                }
                // A torn line of a process that died is cut off.
                guard ftruncate(descriptor, off_t(state.offset)) == 0 else { throw Self.failure("cannot be cut") }
                let line = try JSONEncoder().encode((added + entries).map(\.text)) + Data("\n".utf8)
                try write(line, to: descriptor, at: state.offset)
                state = State(index: index, offset: state.offset + line.count)
            }
        }
    }

    private func write(_ line: Data, to descriptor: Int32, at offset: Int) throws {
        var written = 0
        while written < line.count {
            let count = line.withUnsafeBytes { bytes in
                pwrite(
                    descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written, off_t(offset + written))
            }
            guard count > 0 else { throw Self.failure("cannot be written") }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw Self.failure("cannot be made durable") }
    }

    /// Adds to the index what the file has beyond it, as far as the lines are complete.
    private func follow(_ descriptor: Int32, _ state: inout State) throws {
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        try handle.seek(toOffset: UInt64(state.offset))
        let bytes = try handle.readToEnd() ?? Data()
        var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
        // What follows the last line break is empty or torn.
        lines.removeLast()
        for line in lines {
            let texts = try JSONDecoder().decode([String].self, from: line)
            for text in texts { state.index.add(try JournalEntry(text: text)) }
            state.offset += line.count + 1
        }
    }

    /// Opens the file, so that no other process uses it meanwhile.
    private func locked(_ body: (Int32) throws -> Void) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("cannot be opened") }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX) == 0 else { throw Self.failure("cannot be locked") }
        do { try body(descriptor) } catch let error as DecodingError {
            throw ZentrunkError(.journal, "the file of entries is damaged", cause: error)
        }
    }

    private static func failure(_ what: String) -> ZentrunkError {
        ZentrunkError(.journal, "the file of entries: \(what)")
    }
}
