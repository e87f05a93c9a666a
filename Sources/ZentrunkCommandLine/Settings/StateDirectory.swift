@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkCurl
@_spi(Adapter) import ZentrunkJournal
import ZentrunkSandbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The folder of the journal.
enum StateDirectory {
    /// Variables that are only read from the environment, because they determine file locations, network routes or the
    /// terminal's appearance.
    static let environmentOnly: Set<String> = CurlConfiguration.variables.union([
        "ZENTRUNK_STATE_DIR", "ZENTRUNK_PROFILE", "NO_COLOR", PlainHTTPHosts.variable,
    ])

    /// Returns `ZENTRUNK_STATE_DIR`, or `zentrunk` in the XDG state folder.
    /// <https://specifications.freedesktop.org/basedir-spec/latest/>
    ///
    /// - Throws: ``ZentrunkError`` `invalid` for a path in quotes, and for a relative one, which would be a different
    ///   folder in every working directory.
    static func path(_ environment: [String: String]) throws(ZentrunkError) -> String {
        func given(_ name: String) throws(ZentrunkError) -> String? {
            guard let value = try environment[name]?.value(of: name), !value.isEmpty else { return nil }
            return value
        }
        let places = [("ZENTRUNK_STATE_DIR", ""), ("XDG_STATE_HOME", "/zentrunk"), ("HOME", "/.local/state/zentrunk")]
        for (name, rest) in places {
            guard let path = try given(name) else { continue }
            guard path.hasPrefix("/") else { throw relative(name, path, home: try given("HOME")) }
            return path + rest
        }
        throw ZentrunkError(
            .invalid, "the journal has no location: neither ZENTRUNK_STATE_DIR nor HOME is set to a folder",
            remedies: [.set([.init("ZENTRUNK_STATE_DIR", "/var/lib/zentrunk")])])
    }

    private static func relative(_ name: String, _ path: String, home: String?) -> ZentrunkError {
        // In quotes the shell leaves the tilde as it is.
        let isHome = path.hasPrefix("~/") && home?.hasPrefix("/") == true
        let meant =
            isHome
            ? (home ?? "") + path.dropFirst() : FileManager.default.currentDirectoryPath + "/" + path
        return ZentrunkError(
            .invalid, "\(name) is \"\(path)\", which is not an absolute path; the journal needs one",
            remedies: [.set([.init(name, meant)])])
    }

    /// Returns the folder of a running sandbox's journal, which keeps its connections and runs separate from real ones.
    static func ofSandbox(in directory: String) -> String { directory + "/sandbox" }
}

extension SQLiteJournal {
    /// Opens the journal in the state folder for reading.
    static func ofThisMachine(sandbox: Bool = false) throws -> any Journal {
        let directory = try StateDirectory.path(ProcessInfo.processInfo.environment)
        let place = sandbox ? StateDirectory.ofSandbox(in: directory) : directory
        return try SQLiteJournal.reading(directory: place) ?? InMemoryJournal()
    }
}

/// Locks of a run without a journal. If the folder does not support locks, the run continues with a warning.
struct OptionalLocks: ConnectionLocks {
    private let locks: any ConnectionLocks
    private let instead = InProcessLocks()

    init(_ locks: any ConnectionLocks) { self.locks = locks }

    func claim(
        _ identity: ConnectionIdentity, waiting: (@Sendable (RunHolder) -> Void)?
    ) async throws -> RunClaim {
        do { return try await locks.claim(identity, waiting: waiting) } catch let error as ZentrunkError {
            guard error.code == .journal else { throw error }
            Self.warn(error)
            return try await instead.claim(identity, waiting: waiting)
        }
    }

    func holder(of identity: ConnectionIdentity) async throws -> RunHolder? { try await locks.holder(of: identity) }

    /// Warns that no lock is held, with the reason.
    static func warn(_ error: any Error) {
        Terminal.err(
            "this run is not protected against concurrent runs: \((error as? ZentrunkError)?.message ?? "\(error)")")
    }
}
