import Foundation

/// A path without a file or folder; whatever is created there is removed at the end.
final class TemporaryFolder {
    let path = NSTemporaryDirectory() + "/zentrunk-journal-" + UUID().uuidString
    var file: String { path + "/zentrunk.sqlite" }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
