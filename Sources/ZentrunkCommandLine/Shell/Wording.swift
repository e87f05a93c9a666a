@_spi(Adapter) import ZentrunkCore

/// Finds the intended word: by its spelling, or by a synonym from other programs.
enum Wording {
    private static let synonyms: [Set<String>] = [
        ["agent", "assistant", "bot"], ["list", "ls"], ["delete", "disconnect", "rm", "remove", "destroy", "down"],
        ["get", "show", "status", "info", "describe"], ["create", "connect", "add", "new", "apply", "up"],
        ["update", "edit", "change", "modify"], ["runs", "history", "log", "logs"], ["undo", "rollback", "revert"],
        ["plan", "diff", "preview", "dry-run"], ["completions", "completion"], ["template", "templates"],
    ]

    /// `, did you mean "assistant"?`, or nothing.
    ///
    /// - Parameter prefix: A prefix of each of the words: `--`.
    static func hint(for word: String, among candidates: [String], prefix: String = "") -> String {
        let bare = word.hasPrefix(prefix) ? String(word.dropFirst(prefix.count)) : word
        let same = synonyms.filter { $0.contains(bare) }.flatMap { $0 }
        let meant = candidates.first { $0.hasPrefix(prefix) && same.contains(String($0.dropFirst(prefix.count))) }
        return meant.map { ", did you mean \"\($0)\"?" } ?? Spelling.hint(for: word, among: candidates)
    }
}
