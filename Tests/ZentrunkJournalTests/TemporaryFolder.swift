import Foundation

/// A path that does not exist yet. It is removed with its contents.
final class TemporaryFolder {
    let path = NSTemporaryDirectory() + "/zentrunk-journal-" + UUID().uuidString
    var file: String { path + "/zentrunk.sqlite" }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
