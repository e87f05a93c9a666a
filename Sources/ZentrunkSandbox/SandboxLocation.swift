import Foundation
import ZentrunkJSON

/// The location of a running sandbox, written to a file so that other processes can find it.
public struct SandboxLocation: Sendable, Hashable {
    /// The file's name within the state directory.
    public static let fileName = "sandbox.json"
    /// The environment variable with the base address of `/_sandbox/…`. It leads probes to the sandbox's SIP hosts.
    public static let variable = "ZENTRUNK_SANDBOX_URL"

    /// Addresses by vendor.
    public var urls: [String: String]
    /// The base address of `/_sandbox/…`, which controls the sandbox.
    public var control: String
    /// The environment variables that point a client to the sandbox.
    public var environment: [String: String]
    /// The id of the process that runs the sandbox.
    public var process: Int64

    public init(urls: [String: String], control: String, environment: [String: String], process: Int64) {
        self.urls = urls
        self.control = control
        self.environment = environment
        self.process = process
    }

    /// Writes the file, readable only by its owner. Atomically replaces an older file.
    ///
    /// - Parameter directory: An existing directory.
    /// - Throws: `CocoaError` when the file cannot be written.
    public func write(to directory: String) throws {
        let path = directory + "/" + Self.fileName
        let draft = path + "." + String(process)
        // A file with this name exists only after a crash or an attack. It is removed and never written to.
        unlink(draft)
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
        // The umask may have removed the owner's permissions.
        fchmod(file, 0o600)
        do {
            let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
            try handle.write(contentsOf: Data(document.bytes()))
            try handle.close()
            guard rename(draft, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            unlink(draft)
            throw CocoaError(.fileWriteUnknown)
        }
    }

    /// Finds the sandbox that the directory's file names, if it is running.
    ///
    /// - Parameter patience: The maximum time to wait for its response.
    /// - Returns: nil if there is no file, if it cannot be read, if another user could have written it, or if the
    ///   process does not answer at its address.
    public static func find(in directory: String, patience: Duration = .seconds(5)) async -> SandboxLocation? {
        guard let location = read(from: directory), await location.isAlive(within: patience)
        else { return nil }
        return location
    }

    /// Removes the directory's file if it still names this sandbox.
    public func remove(from directory: String) {
        guard Self.read(from: directory) == self else { return }
        unlink(directory + "/" + Self.fileName)
    }

    private static let longest = 64 << 10

    /// Reads the file. The file decides where a client sends its requests, so it is used only if no other user can
    /// write it.
    private static func read(from directory: String) -> SandboxLocation? {
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return nil }
        defer { close(folder) }
        let file = openat(folder, fileName, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        guard isOurs(folder, S_IFDIR), isOurs(file, S_IFREG), let contents = try? handle.read(upToCount: longest),
            let json = try? JSONValue(parsing: Array(contents))
        else { return nil }
        return try? SandboxLocation(JSONCursor(json))
    }

    /// Whether the file has this type, belongs to this user, and is not writable by others.
    private static func isOurs(_ descriptor: Int32, _ type: mode_t) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == type && status.st_uid == geteuid()
            && status.st_mode & 0o022 == 0
    }

    /// Whether the process answers at its address within the time limit.
    public func isAlive(within patience: Duration = .seconds(5)) async -> Bool {
        guard let client = LoopbackClient(url: control) else { return false }
        let process = process
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                guard let answer = try? await client.send("GET", SandboxEngine.controlPrefix + "ping"),
                    let json = try? JSONValue(parsing: answer.body)
                else { return false }
                return json["pid"] == .integer(process)
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return false
            }
            let alive = await group.next() ?? false
            group.cancelAll()
            return alive
        }
    }

    static var ownProcess: Int64 { Int64(ProcessInfo.processInfo.processIdentifier) }

    private var document: JSONValue {
        [
            "urls": Self.object(urls), "control": .string(control), "environment": Self.object(environment),
            "pid": .integer(process),
        ]
    }

    private init(_ cursor: JSONCursor) throws(JSONDecodingError) {
        self.init(
            urls: try Self.strings(try cursor.member("urls")), control: try cursor.member("control").string(),
            environment: try Self.strings(try cursor.member("environment")), process: try cursor.member("pid").integer()
        )
    }

    private static func object(_ strings: [String: String]) -> JSONValue {
        .object(JSONObject(strings.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }

    private static func strings(_ cursor: JSONCursor) throws(JSONDecodingError) -> [String: String] {
        var strings: [String: String] = [:]
        for name in try cursor.members().names { strings[name] = try cursor.member(name).string() }
        return strings
    }
}
