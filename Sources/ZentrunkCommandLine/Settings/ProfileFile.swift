@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The profile file, which holds keys as an alternative to the environment.
struct ProfileFile {
    let path: String
    /// Whether the user named the file, rather than using the default location.
    private let isNamed: Bool

    /// Locates the profile: `ZENTRUNK_PROFILE`, or `zentrunk/profile` in the XDG configuration folder.
    /// <https://specifications.freedesktop.org/basedir-spec/latest/>
    ///
    /// - Returns: nil if no variable determines a location.
    /// - Throws: ``ZentrunkError`` `invalid` with the variable, if the path is in quotes.
    init?(_ environment: [String: String]) throws(ZentrunkError) {
        func given(_ name: String) throws(ZentrunkError) -> String {
            try environment[name]?.value(of: name) ?? ""
        }
        func folder(_ name: String) throws(ZentrunkError) -> String? {
            let path = try given(name)
            return path.hasPrefix("/") ? path : nil
        }
        let named = try given("ZENTRUNK_PROFILE")
        isNamed = !named.isEmpty
        if isNamed {
            path = named
        } else if let folder = try folder("XDG_CONFIG_HOME") {
            path = folder + "/zentrunk/profile"
        } else if let folder = try folder("HOME").map({ $0 + "/.config" }) {
            path = folder + "/zentrunk/profile"
        } else {
            return nil
        }
    }

    /// Merges the settings of the environment and the profile. The environment takes precedence.
    ///
    /// - Returns: The values, and the variables that are empty in the environment and therefore hide the profile's
    ///   value.
    /// - Throws: ``ZentrunkError`` `invalid` if others can read the profile, or if it is invalid.
    static func settings(
        _ environment: [String: String]
    ) throws(ZentrunkError) -> (values: [String: String], hidden: Set<String>) {
        guard let file = try ProfileFile(environment), let bytes = try file.read() else { return (environment, []) }
        let profile = try Profile(
            parsing: bytes, file: file.path, known: AdapterRegistry.settings + [sandbox],
            environmentOnly: StateDirectory.environmentOnly)
        // An empty variable counts, too: it hides the profile's value.
        let hidden = profile.values.keys.filter { environment[$0]?.isEmpty == true }
        return (environment.merging(profile.values.mapValues { $0.reveal() }) { own, _ in own }, Set(hidden))
    }

    /// What leads probes to a sandbox. It is part of a sandbox's environment, which may be kept in a profile.
    private static let sandbox = Setting(
        SandboxLocation.variable, required: false, help: "address of a running sandbox, whose SIP hosts are probed",
        example: "http://127.0.0.1:8080")

    /// The location in which users can store settings, for messages.
    static var place: String? {
        let known = ["ZENTRUNK_PROFILE", "XDG_CONFIG_HOME", "HOME"].reduce(into: [:]) { known, name in
            known[name] = Terminal.environment(name)
        }
        return (try? ProfileFile(known))?.path
    }

    /// - Returns: nil if there is no file and the user did not name one.
    private func read() throws(ZentrunkError) -> [UInt8]? {
        // Without waiting, because a pipe without a writer would block.
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            switch errno {
            case ENOENT where !isNamed, ENOTDIR where !isNamed: return nil
            case ELOOP, EMLINK:
                throw refusal(
                    "is a symbolic link, which is not followed", .advice("set ZENTRUNK_PROFILE to the file itself"))
            default: throw refusal("cannot be read: \(String(cString: strerror(errno)))")
            }
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw refusal("is not a regular file")
        }
        guard status.st_uid == geteuid() else { throw refusal("belongs to another user, who could change it") }
        guard status.st_mode & 0o077 == 0 else {
            throw refusal("can be read or changed by other users of this machine", .command(["chmod", "600", path]))
        }
        guard status.st_size <= Profile.longest else {
            throw refusal("is longer than \(Profile.longest >> 10) KiB, so it is not a profile")
        }
        // It may grow meanwhile, and is then too long for a profile.
        guard let bytes = InputFile.contents(of: file, limit: Profile.longest) else {
            throw refusal("cannot be read: \(String(cString: strerror(errno)))")
        }
        return bytes
    }

    private func refusal(_ what: String, _ remedy: Remedy? = nil) -> ZentrunkError {
        ZentrunkError(.invalid, "the profile \(path) \(what)", remedies: [remedy].compactMap { $0 })
    }
}

extension AdapterRegistry {
    /// All settings of the carrier and the platforms.
    static var settings: [Setting] { PlivoAccount.settings + all.flatMap { $0.platform.settings } }
}
