@_spi(Adapter) import ZentrunkCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folder of the journal, open while this value exists.
///
/// The journal's contents decide where calls go. So no other user may write to the folder, and links are not followed:
/// then nothing can be replaced between this check and the time when SQLite opens the files.
struct StateFolder: ~Copyable {
    /// The path as given, without a trailing slash.
    let path: String
    private let descriptor: Int32

    /// Opens the folder, creating it (mode 0700) and its parents if they are missing.
    ///
    /// - Throws: `ZentrunkError` `journal` if it cannot be created, is a link, belongs to another user, or can be
    ///   written by others.
    static func opening(_ given: String) throws(ZentrunkError) -> StateFolder {
        let path = withoutTrailingSlashes(given)
        guard !path.isEmpty else { throw journalError("the journal needs a folder, and its path is empty") }
        try create(path)
        return try checked(path)
    }

    /// Opens the folder if it exists; creates nothing.
    ///
    /// - Returns: nil if there is no such folder.
    /// - Throws: `ZentrunkError` `journal` if it is a link, belongs to another user, or can be written by others.
    static func existing(_ given: String) throws(ZentrunkError) -> StateFolder? {
        let path = withoutTrailingSlashes(given)
        guard kind(of: path) != nil else { return nil }
        return try checked(path)
    }

    private static func checked(_ path: String) throws(ZentrunkError) -> StateFolder {
        guard kind(of: path) != S_IFLNK else {
            throw journalError("the journal folder \(path) is a symbolic link, and the journal does not follow links")
        }
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw journalError("the journal folder \(path) cannot be opened: \(systemReason())")
        }
        let folder = StateFolder(path: path, takingOwnershipOf: descriptor)
        try requireOurs(status(of: descriptor, path), "the journal folder \(path)")
        try requireKept(path)
        return folder
    }

    private init(path: String, takingOwnershipOf descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Runs the body while other processes are locked out. The lock ends with the process.
    ///
    /// - Throws: `ZentrunkError` `journal` if another process holds the lock for more than five seconds.
    borrowing func locked<Value>(_ body: () throws -> Value) throws -> Value {
        var attempts = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw journalError("the journal folder \(path) cannot be locked: \(systemReason())")
            }
            guard attempts < 1000 else {
                throw journalError("another process has been opening the journal in \(path) for more than five seconds")
            }
            attempts += 1
            usleep(5000)
        }
        defer { flock(descriptor, LOCK_UN) }
        return try body()
    }

    /// Creates the file (mode 0600) if it is missing, and otherwise removes the rights of other users to read it.
    ///
    /// An existing file is checked without opening it: closing any descriptor of a database file would drop the locks
    /// that SQLite holds on it elsewhere in this process. <https://www.sqlite.org/howtocorrupt.html>
    ///
    /// - Throws: `ZentrunkError` `journal` unless it is a regular file of this user that others cannot write.
    borrowing func secure(_ name: String, creating: Bool) throws(ZentrunkError) {
        let file = "\(path)/\(name)"
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else { throw journalError("\(file) cannot be examined: \(systemReason())") }
            guard creating else { return }
            let created = openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard created >= 0 else { throw journalError("the journal \(file) cannot be created: \(systemReason())") }
            // The umask may have removed the owner's rights.
            fchmod(created, 0o600)
            close(created)
            return
        }
        guard status.st_mode & S_IFMT != S_IFLNK else {
            throw journalError("the journal file \(file) is a symbolic link, and the journal does not follow links")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw journalError("\(file) is not a regular file") }
        try requireOurs(status, "the journal file \(file)")
        guard status.st_mode & 0o077 != 0 else { return }
        guard fchmodat(descriptor, name, 0o600, 0) == 0 else {
            throw journalError("others can read \(file), and that could not be changed: \(systemReason())")
        }
    }
}

extension StateFolder {
    /// Returns the size of a file in the folder; nil if there is none.
    borrowing func size(of name: String) -> Int? {
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return Int(status.st_size)
    }

    /// Whether the folder and that file in it can be written.
    borrowing func isWritable(with name: String) -> Bool {
        faccessat(descriptor, ".", W_OK, 0) == 0 && faccessat(descriptor, name, W_OK, 0) == 0
    }

    /// Opens a lock file in the folder.
    ///
    /// - Returns: Its descriptor, which the caller has to close; nil if there is no such file and it is not to be
    ///   created.
    /// - Throws: `ZentrunkError` `journal` unless it is a regular file of this user that others cannot write.
    borrowing func openLock(_ name: String, creating: Bool) throws(ZentrunkError) -> Int32? {
        let file = "\(path)/\(name)"
        // Querying the holder of a lock does not require the right to write.
        let flags = creating ? O_RDWR | O_CREAT : O_RDONLY
        let opened = openat(descriptor, name, flags | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard opened >= 0 else {
            if errno == ENOENT, !creating { return nil }
            guard errno != ELOOP else {
                throw journalError("the lock \(file) is a symbolic link, and links are not followed")
            }
            throw journalError("the lock \(file) cannot be opened: \(systemReason())")
        }
        do throws(ZentrunkError) {
            let status = try Self.status(of: opened, file)
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw journalError("the lock \(file) is not a regular file")
            }
            try requireOurs(status, "the lock \(file)")
            if status.st_mode & 0o777 != 0o600 { fchmod(opened, 0o600) }
        } catch {
            close(opened)
            throw error
        }
        return opened
    }

    /// Checks that no parent folder can be written by every user, who could then replace the state folder, unless it is
    /// sticky like `/tmp`. SQLite opens files by path, so this applies to all parents.
    private static func requireKept(_ path: String) throws(ZentrunkError) {
        guard let resolved = realpath(path, nil) else {
            throw journalError("the journal folder \(path) cannot be examined: \(systemReason())")
        }
        defer { free(resolved) }
        var above = Substring(String(cString: resolved))
        while let slash = above.lastIndex(of: "/"), above != "/" {
            above = slash == above.startIndex ? "/" : above[..<slash]
            var status = stat()
            guard lstat(String(above), &status) == 0 else {
                throw journalError("the folder \(above) cannot be examined: \(systemReason())")
            }
            guard status.st_mode & S_IWOTH == 0 || status.st_mode & S_ISVTX != 0 else {
                throw journalError(
                    "every user can replace the journal folder \(path), since every user can write to \(above)",
                    remedy: .command(["chmod", "+t", above.description]))
            }
        }
    }

    private static func withoutTrailingSlashes(_ path: String) -> String {
        var path = Substring(path)
        while path.count > 1, path.last == "/" { path.removeLast() }
        return String(path)
    }

    private static func create(_ path: String) throws(ZentrunkError) {
        if make(path) || errno == EEXIST { return }
        if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try create(withoutTrailingSlashes(String(path[..<slash])))
            if make(path) || errno == EEXIST { return }
        }
        throw journalError("the journal folder \(path) cannot be created: \(systemReason())")
    }

    /// Creates the folder with mode 0700, regardless of the umask.
    private static func make(_ path: String) -> Bool {
        guard mkdir(path, 0o700) == 0 else { return false }
        fchmodat(AT_FDCWD, path, 0o700, AT_SYMLINK_NOFOLLOW)
        return true
    }

    /// Returns the file type bits at a path, without following links; nil if there is nothing.
    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    private static func status(of descriptor: Int32, _ path: String) throws(ZentrunkError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw journalError("\(path) cannot be examined: \(systemReason())")
        }
        return status
    }
}

private func requireOurs(_ status: stat, _ what: String) throws(ZentrunkError) {
    guard status.st_uid == geteuid() else {
        throw journalError("\(what) belongs to another user, who could change it")
    }
    guard status.st_mode & 0o022 == 0 else {
        throw journalError(
            "other users can write to \(what)",
            remedy: .advice("check what it holds, then remove the write permission of others (chmod go-w)"))
    }
}

/// The text of the last system call's error.
private func systemReason() -> String { String(cString: strerror(errno)) }
