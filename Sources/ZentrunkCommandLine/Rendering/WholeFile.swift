@_spi(Adapter) import ZentrunkCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A new file that only its owner can read, and that appears with all of its content or not at all.
///
/// It is first written under a temporary name in the same folder, so that most failures occur early.
struct WholeFile: Sendable {
    private let path: String
    private let temporary: String
    private let file: Int32

    /// - Throws: ``ZentrunkError`` `invalid` if a file of that name exists, because its readers would see the content, or if
    ///   it cannot be created.
    init(_ path: String) throws(ZentrunkError) {
        self.path = path
        temporary = "\(path).\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).new"
        var status = stat()
        guard !path.isEmpty else { throw Self.refusal("a file without a name", ENOENT) }
        guard lstat(path, &status) != 0 else { throw Self.refusal(path, EEXIST) }
        file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.refusal(path, errno) }
        Interruption.note(temporary: temporary, exists: true)
        // A full disk is noticed before the work and not after it.
        do { try write(ArraySlice(repeating: UInt8(ascii: " "), count: 256)) } catch {
            let problem = errno
            discard()
            throw Self.refusal(path, problem)
        }
        lseek(file, 0, SEEK_SET)
    }

    private static func refusal(_ path: String, _ problem: Int32) -> ZentrunkError {
        ZentrunkError(.invalid, "\(path) cannot be created: \(String(cString: strerror(problem)))")
    }

    /// Removes the file.
    func discard() {
        close(file)
        unlink(temporary)
        Interruption.note(temporary: temporary, exists: false)
    }

    /// Writes the content to disk and renames the file.
    ///
    /// - Throws: ``ZentrunkError`` `incomplete`; then no file is left.
    func finish(_ text: String) throws(ZentrunkError) {
        defer { discard() }
        try write(Array(text.utf8)[...])
        guard ftruncate(file, off_t(text.utf8.count)) == 0 else { throw failure() }
        // A link, unlike a rename, does not replace an existing file.
        guard link(temporary, path) != 0 else { return }
        let hasNoLinks = [EPERM, ENOTSUP, EOPNOTSUPP, ENOSYS].contains(errno)
        guard hasNoLinks, access(path, F_OK) != 0, rename(temporary, path) == 0 else { throw failure() }
    }

    private func write(_ bytes: ArraySlice<UInt8>) throws(ZentrunkError) {
        var bytes = bytes
        while !bytes.isEmpty {
            #if canImport(Glibc)
                let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            #else
                let count = bytes.withUnsafeBytes { Darwin.write(file, $0.baseAddress, $0.count) }
            #endif
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            bytes = bytes.dropFirst(count)
        }
        guard fsync(file) == 0 || errno == EINVAL else { throw failure() }
    }

    private func failure() -> ZentrunkError {
        ZentrunkError(.incomplete, "\(path) could not be written: \(String(cString: strerror(errno)))")
    }
}
