@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlatforms
@_spi(Adapter) import ZentrunkPlivo

/// Lists of platforms and settings inside pages that are written by hand, between `<!-- name -->` and `<!-- /name -->`.
enum MarkedLists {
    /// A marker without its end.
    struct Unclosed: Error, CustomStringConvertible {
        var description: String
    }

    /// The pages that have such lists, below the root.
    static let pages = ["README.md", "docs/README.md"]

    /// The page with its lists as they should be.
    static func filled(_ page: String, file: String) throws(Unclosed) -> String {
        var page = page
        for (name, text) in [("platforms", platforms(from: file)), ("settings", settings)] {
            let (start, end) = ("<!-- \(name) -->", "<!-- /\(name) -->")
            guard let opening = page.firstRange(of: start) else { continue }
            guard let closing = page[opening.upperBound...].firstRange(of: end) else {
                throw Unclosed(description: "\(file): \(start) has no \(end)")
            }
            page.replaceSubrange(opening.upperBound..<closing.lowerBound, with: "\n\(text)\n")
        }
        return page
    }

    private static func platforms(from file: String) -> String {
        let folder = file.hasPrefix("docs/") ? "platforms" : "docs/platforms"
        return Platforms.all.map { $0.adapter.platform }.map { "* [\($0.title)](\(folder)/\($0.id).md)" }
            .joined(separator: "\n")
    }

    private static var settings: String {
        let all = PlivoAccount.settings + Platforms.all.flatMap { $0.adapter.platform.settings }
        return Markdown.table(
            ["Variable", "", "What it is"],
            all.map { ["`\($0.variable)`", $0.isRequired ? "required" : "optional", $0.help] })
    }
}
