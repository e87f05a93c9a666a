import Foundation
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlatforms

/// The generated documentation of one checkout: a page per platform, and the lists in other pages.
struct Documentation {
    /// A problem with a file, for the person who runs docgen.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// The folder of the pages, below the root.
    static let pages = "docs/platforms"

    /// The checkout's folder.
    let root: String

    /// The text that each generated file should have, by path below the root.
    func texts() throws -> [String: String] {
        var texts: [String: String] = [:]
        let carrier = try guide("Sources/ZentrunkPlivo/guide.md")
        for platform in Platforms.all {
            let id = platform.adapter.platform.id.description
            let page = try PlatformPage(platform.adapter, guide: try guide(of: platform), carrier: carrier)
            texts["\(Self.pages)/\(id).md"] = try page.text
        }
        for page in MarkedLists.pages {
            texts[page] = try MarkedLists.filled(try read(page), file: page)
        }
        return texts
    }

    /// Files that are missing, differ from ``texts()``, or describe a platform that is gone.
    func stale() throws -> [String] {
        let texts = try texts()
        let found = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(Self.pages)")) ?? []
        let surplus = found.filter { $0.hasSuffix(".md") }.map { "\(Self.pages)/\($0)" }.filter { texts[$0] == nil }
        return (texts.filter { (try? read($0.key)) != $0.value }.map(\.key) + surplus).sorted()
    }

    /// Writes what is stale, removes surplus pages, and returns the paths of both.
    func update() throws -> [String] {
        let texts = try texts()
        let stale = try stale()
        for path in stale {
            let file = URL(fileURLWithPath: "\(root)/\(path)")
            guard let text = texts[path] else {
                try FileManager.default.removeItem(at: file)
                continue
            }
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file, options: .atomic)
        }
        return stale
    }

    /// The guide in the platform's folder.
    func guide(of platform: PlatformPlugin) throws -> Guide { try guide("Plugins/\(platform.folder)/guide.md") }

    private func guide(_ path: String) throws -> Guide { try Guide(try read(path), file: path) }

    private func read(_ path: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: "\(root)/\(path)") else {
            throw Failure(description: "\(path) cannot be read")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
