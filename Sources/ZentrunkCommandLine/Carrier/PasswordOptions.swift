import ArgumentParser
@_spi(Adapter) import ZentrunkCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Input of a password. Never an argument, because other users of the machine can see arguments.
enum PasswordInput {
    /// Reads a single line from stdin, without its line end.
    ///
    /// - Throws: ``ZentrunkError`` `invalid` if stdin is a terminal, is empty, or has more lines.
    static func read() throws(ZentrunkError) -> Secret {
        guard isatty(STDIN_FILENO) == 0 else {
            throw ZentrunkError(
                .invalid, "--password-stdin reads a file or a pipe, not the terminal",
                remedies: [.advice("\(Invocation.commandLine) < FILE")])
        }
        guard let line = readLine(strippingNewline: true), !line.isEmpty else {
            throw ZentrunkError(.invalid, "--password-stdin found no password on stdin")
        }
        guard readLine() == nil else {
            throw ZentrunkError(.invalid, "--password-stdin takes one line, and stdin has more")
        }
        return Secret(line)
    }
}

/// The destination of a password: a new file that only its owner can read, or stdout, without other output.
enum PasswordOutput: Sendable {
    case none
    case file(String)
    case stdout

    static let help = ArgumentHelp(
        "Write the password to this new file, which only you can read; - for stdout.", valueName: "file")

    init(_ path: String?) {
        switch path {
        case nil: self = .none
        case "-"?: self = .stdout
        case let path?: self = .file(path)
        }
    }

    var isStdout: Bool { if case .stdout = self { true } else { false } }
    var isWanted: Bool { if case .none = self { false } else { true } }

    /// - Throws: ``ZentrunkError`` `invalid` if JSON is requested on stdout as well.
    func check(json: Bool) throws(ZentrunkError) {
        guard isStdout, json else { return }
        throw ZentrunkError(.invalid, "stdout holds either the password or JSON: write the password to a file")
    }

    /// Prepares the destination, runs the work, and writes the password that it returns.
    ///
    /// - Parameter credential: The name of the credential from which the password can be derived again.
    /// - Throws: ``ZentrunkError`` `invalid` if the file exists or cannot be created, and the errors of the work; in
    ///   both cases no file is left. `incomplete` if the work is done but the password could not be written.
    func keeping(
        of credential: String, _ work: () async throws -> (ExitStatus, Secret?)
    ) async throws -> ExitStatus {
        let lost = ZentrunkError(
            .incomplete,
            "the password could not be written to its destination; it is derived, so it can be read again",
            remedies: [.command(["zentrunk", "credential", "get", credential, "--password-out", "-"])])
        guard case .file(let path) = self else {
            let (status, password) = try await work()
            if isStdout, let password {
                Terminal.out(password.reveal())
                // Elsewhere a closed pipe is not a failure; here the password did not arrive.
                if Terminal.hasNoReader { throw lost }
            }
            return status
        }
        let file = try WholeFile(path)
        let (status, password): (ExitStatus, Secret?)
        do { (status, password) = try await work() } catch {
            file.discard()
            throw error
        }
        guard let password else {
            file.discard()
            return status
        }
        do { try file.finish(password.reveal() + "\n") } catch { throw lost }
        return status
    }
}
