import GRDB
@_spi(Adapter) import ZentrunkCore

/// An error for a row that is not as it was written: its checksum, its columns' types or its JSON are wrong.
struct JournalDamage: Error {
    /// The reason, without any content of the row.
    var reason: String
}

/// Returns an error of the journal, with the ways to continue without it.
func journalError(_ message: String, cause: (any Error)? = nil, remedy: Remedy? = nil) -> ZentrunkError {
    ZentrunkError(
        .journal, message, cause: cause, remedies: [remedy].compactMap { $0 } + [.withoutJournal, .moveJournal])
}

/// Returns the error for a failure of the journal in this file. SQL and its arguments are left out.
func journalError(_ error: any Error, file: String) -> ZentrunkError {
    switch error {
    case let error as ZentrunkError: error
    case let error as JournalDamage: damaged(file, error.reason)
    case let error as DatabaseError: journalError(error, file: file)
    default: journalError("the journal \(file) cannot be used: \(type(of: error))", cause: error)
    }
}

private func journalError(_ error: DatabaseError, file: String) -> ZentrunkError {
    let reason = error.message ?? "no reason given"
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_MISMATCH:
        return damaged(file, reason)
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
        return journalError(
            "the journal \(file) cannot be written (\(reason))", cause: error,
            remedy: .advice("make the file and its folder writable for your user"))
    case .SQLITE_FULL:
        return journalError(
            "the disk of the journal \(file) is full", cause: error, remedy: .advice("free space on that disk"))
    case .SQLITE_IOERR:
        return journalError(
            "I/O error on the journal \(file) (SQLite error \(error.extendedResultCode.rawValue))", cause: error,
            remedy: .advice("check the disk and the file size limit (ulimit -f)"))
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
        return journalError(
            "the journal \(file) is locked by another process (\(reason))", cause: error, remedy: .retry(after: nil))
    default:
        return journalError(
            "the journal \(file) cannot be used: SQLite error \(error.extendedResultCode.rawValue), \(reason)",
            cause: error)
    }
}

private func damaged(_ file: String, _ reason: String) -> ZentrunkError {
    journalError(
        "the journal \(file) is corrupt (\(reason)) and was not used",
        remedy: .advice("move \(file) aside and keep it: it records where numbers were routed before"))
}
