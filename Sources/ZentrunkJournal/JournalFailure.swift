import GRDB
import ZentrunkCore

/// An error for a row that is not as it was written: its checksum, its columns' types or its JSON are wrong.
struct JournalDamage: Error {
    /// The reason, without any content of the row.
    var reason: String
}

/// Returns an error of the journal, with the ways to continue without it.
func journalError(_ message: String, next: [String] = []) -> ZentrunkError {
    ZentrunkError(
        .journal, message,
        next: next + [
            "run the command again with --no-journal",
            "set ZENTRUNK_STATE_DIR to another folder, then run the command again",
        ])
}

/// Returns the error for a failure of the journal in this file. SQL and its arguments are left out.
func journalError(_ error: any Error, file: String) -> ZentrunkError {
    switch error {
    case let error as ZentrunkError: error
    case let error as JournalDamage: damaged(file, error.reason)
    case let error as DatabaseError: journalError(error, file: file)
    default: journalError("the journal \(file) cannot be used: \(type(of: error))")
    }
}

private func journalError(_ error: DatabaseError, file: String) -> ZentrunkError {
    let reason = error.message ?? "no reason given"
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_MISMATCH:
        return damaged(file, reason)
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
        return journalError(
            "the journal \(file) cannot be written (\(reason))", next: ["make the file and its folder writable for you"]
        )
    case .SQLITE_FULL:
        return journalError("there is no room left for the journal \(file)", next: ["make room on its disk"])
    case .SQLITE_IOERR:
        return journalError(
            "the disk failed the journal \(file) (SQLite error \(error.extendedResultCode.rawValue))",
            next: ["look after its disk, and after limits on the size of files (ulimit -f)"])
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
        return journalError(
            "other processes keep the journal \(file) busy (\(reason))", next: ["try again once they are done"])
    default:
        return journalError(
            "the journal \(file) cannot be used: SQLite error \(error.extendedResultCode.rawValue), \(reason)")
    }
}

private func damaged(_ file: String, _ reason: String) -> ZentrunkError {
    journalError(
        "the journal \(file) is damaged (\(reason)), so nothing is done on its word",
        next: ["move \(file) aside and keep it: it knows where numbers were routed before"])
}
