import Foundation
import Testing
@_spi(Adapter) import ZentrunkTestKit

/// Chromium without a window, from Debian's package `chromium`.
enum Browser {
    /// What a page looks like in the browser.
    struct View {
        /// The document after it was laid out.
        var text: String
        /// The lines of the console and of the log that report errors of the page.
        var errors: [String]
        /// The size of the screenshot in bytes, as a multiple of that of an empty page. A PNG file of one colour is small.
        var weight: Double
    }

    static let path: String? = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Whether the tests can open pages.
    static var isInstalled: Bool { path != nil }

    /// Opens a file.
    ///
    /// - Parameter folder: Receives the browser's profile and the screenshot.
    static func open(_ page: String, width: Int, in folder: String) async throws -> View {
        let dumped = try await run(["--dump-dom", "file://" + page], width: width, in: folder)
        let image = "\(folder)/page-\(width).png"
        let taken = try await run(["--screenshot=\(image)", "file://" + page], width: width, in: folder)
        let blank = "\(folder)/blank-\(width).png"
        _ = try await run(["--screenshot=\(blank)", "about:blank"], width: width, in: folder)
        if let keep = ProcessInfo.processInfo.environment["ZENTRUNK_SCREENSHOTS"] {
            let name = "\(URL(fileURLWithPath: page).deletingPathExtension().lastPathComponent)-\(width).png"
            try? FileManager.default.removeItem(atPath: "\(keep)/\(name)")
            try FileManager.default.copyItem(atPath: image, toPath: "\(keep)/\(name)")
        }
        let log = (dumped.stderr + taken.stderr).split(separator: "\n").map(String.init)
        return View(
            text: dumped.stdout, errors: log.filter { $0.contains("CONSOLE") },
            weight: try Double(size(image)) / Double(size(blank)))
    }

    private static func size(_ path: String) throws -> Int {
        try Data(contentsOf: URL(fileURLWithPath: path)).count
    }

    private static func run(_ words: [String], width: Int, in folder: String) async throws -> Program.Result {
        let browser = try #require(path)
        var program = Program([], state: folder)
        program.launcher = [
            "/bin/bash", "-c",
            // The launcher adds the command's own path as the last word, which the script ignores.
            "exec timeout 60 \(browser) --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars "
                + "--user-data-dir=\(folder)/browser --enable-logging=stderr --window-size=\(width),1800 "
                + words.map { "'\($0)'" }.joined(separator: " "),
        ]
        let result = try await program.run()
        #expect(result.status == 0, "\(result.stderr)")
        return result
    }
}
