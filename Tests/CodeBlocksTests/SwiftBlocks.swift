import Foundation

/// The Swift on a page, as one source file: each block sees what the blocks before it declare, and may declare it again.
struct SwiftBlocks {
    let page: Page
    /// Declarations that the page takes for granted. Its imports count only if the page shows none.
    var stub = ""

    /// What a page shows of a manifest, which is compiled against another library.
    static func isManifest(_ block: CodeBlock) -> Bool {
        block.text.contains("import PackageDescription") || block.text.firstMatch(of: /(?m)^[^\/\s]/)?.output == "."
    }

    private var blocks: [CodeBlock] { page.blocks(in: "swift").filter { !Self.isManifest($0) } }

    /// The source file; empty if the page has no Swift. Lines carry the numbers of the page.
    var source: String {
        let blocks = blocks
        guard !blocks.isEmpty else { return "" }
        let shown = blocks.flatMap { block in
            block.lines.enumerated().filter { Self.isImport($0.element) }.map {
                (line: $0.element, text: place(block.line + $0.offset) + $0.element + "\n")
            }
        }
        // The compiler complains of two kinds of import of one module.
        let open = Set(shown.filter { $0.line.contains("public import ") }.map { Self.module($0.line) })
        let imported = shown.filter { $0.line.contains("public import ") || !open.contains(Self.module($0.line)) }
        let stubLines = stub.split(separator: "\n", omittingEmptySubsequences: false)
        let imports = shown.isEmpty ? stubLines.filter(Self.isImport).map { $0 + "\n" } : imported.map(\.text)
        let outside = blocks.filter(Self.belongsOutside)
        let inside = blocks.filter { !Self.belongsOutside($0) }
        // The compiler refuses the end of a place that has not begun.
        let begun = shown.isEmpty && outside.isEmpty ? "" : Self.own
        let answer = stub.contains("typealias Answer") ? "" : "typealias Answer = Void\n"
        return imports.joined() + outside.map(text).joined() + begun + answer
            + "func page() async throws -> Answer {\n" + inside.map { "do {\n" + text($0) + Self.own }.joined()
            + String(repeating: "}\n", count: inside.count) + "fatalError()\n}\n"
    }

    /// Returns a fragment of a manifest as a file of its own; a whole manifest stays what it is.
    func manifest(_ block: CodeBlock) -> String {
        guard !block.text.contains("import PackageDescription") else { return place(block.line) + block.text }
        var source = "import PackageDescription\n"
        var isOpen = false
        for (index, line) in block.lines.enumerated() {
            if let head = line.prefixMatch(of: /\.([A-Za-z]+)\(/) {
                let type = Self.manifestTypes[String(head.output.1)] ?? "Target.Dependency"
                source += (isOpen ? "]}\n" : "") + place(block.line + index) + "func part\(index)() -> [\(type)] {["
                isOpen = true
            }
            source += line + "\n"
        }
        return source + (isOpen ? "]}\n" : "")
    }

    private static let manifestTypes = [
        "package": "Package.Dependency", "target": "Target", "executableTarget": "Target", "testTarget": "Target",
        "library": "Product", "executable": "Product",
    ]

    private static let own = "#sourceLocation()\n"

    private func place(_ line: Int) -> String { "#sourceLocation(file: \"\(page.path)\", line: \(line))\n" }

    /// The block without its imports.
    private func text(_ block: CodeBlock) -> String {
        place(block.line) + block.lines.map { Self.isImport($0) ? "\n" : $0 + "\n" }.joined()
    }

    private static func isImport(_ line: Substring) -> Bool { module(line) != nil }

    /// The module that the line imports.
    private static func module(_ line: Substring) -> Substring? {
        let statement = /(?:@testable )?(?:@_spi\([A-Za-z]+\) )?(?:public |package |internal )?import ([A-Za-z]+)/
        return line.prefixMatch(of: statement)?.output.1
    }

    /// Whether the block has only declarations, and some that a function cannot contain or that other blocks extend.
    private static func belongsOutside(_ block: CodeBlock) -> Bool {
        let starts = block.lines.filter { line in
            line.first.map { !$0.isWhitespace && !"})]\"".contains($0) } == true && !line.hasPrefix("//")
                && !isImport(line)
        }
        let isDeclaration =
            /(@|extension |struct |enum |actor |final |class |protocol |func |public |package |private |typealias )/
        return starts.allSatisfy { $0.prefixMatch(of: isDeclaration) != nil }
            && starts.contains { !$0.hasPrefix("func ") }
    }
}

/// The compiler of this build, with the modules that were built for the tests.
struct Compiler: Sendable {
    /// The arguments after which a source file is checked against our libraries.
    private let libraries: [String]
    /// The same for a manifest.
    private let manifest: [String]
    private let checkout: Checkout

    /// What is said of any piece of code that ends too early.
    private static var ofFragments: some RegexComponent { /was never (used|mutated|read)|will never be executed/ }

    private static let language = [
        "-swift-version", "6", "-enable-upcoming-feature", "ExistentialAny", "-enable-upcoming-feature",
        "InternalImportsByDefault", "-enable-upcoming-feature", "MemberImportVisibility", "-enable-upcoming-feature",
        "NonisolatedNonsendingByDefault",
    ]

    /// - Throws: ``Finding`` if the toolchain or the build is not found.
    init(checkout: Checkout) async throws {
        self.checkout = checkout
        guard let modules = Self.above("Modules/ZentrunkCore.swiftmodule") else {
            throw Finding(page: "", line: 0, text: "the modules are not beside the test bundle")
        }
        let checkouts = Self.above("checkouts").map { "\($0)/checkouts" }
        let maps = ["\(checkout.root)/Sources", checkouts].compactMap(\.self).flatMap(Self.moduleMaps)
        libraries =
            ["swiftc", "-typecheck", "-parse-as-library", "-diagnostic-style", "llvm", "-I", "\(modules)/Modules"]
            + maps.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] } + Self.language

        struct Target: Decodable {
            struct Paths: Decodable { var runtimeResourcePath: String }
            var paths: Paths
        }
        let target = try await Tool("swiftc", "-print-target-info").run()
        let paths = try JSONDecoder().decode(Target.self, from: Data(target.output.utf8)).paths
        let version = try checkout.text("Package.swift").firstMatch(of: /swift-tools-version: *([0-9.]+)/)?.output.1
        manifest = [
            "swiftc", "-typecheck", "-diagnostic-style", "llvm", "-swift-version", "6", "-I",
            "\(paths.runtimeResourcePath)/pm/ManifestAPI", "-package-description-version", "\(version ?? "6.0").0",
        ]
    }

    /// Returns what the compiler says about the page's Swift.
    func findings(about page: Page) async throws -> [Finding] {
        let stub = "Tests/CodeBlocksTests/Stubs/\((page.path as NSString).deletingPathExtension).swift"
        let blocks = SwiftBlocks(page: page, stub: (try? checkout.text(stub)) ?? "")
        var findings: [Finding] = []
        if !blocks.source.isEmpty {
            findings += try await check(blocks.source, of: page, libraries, more: blocks.stub)
        }
        for block in page.blocks(in: "swift") where SwiftBlocks.isManifest(block) {
            findings += try await check(blocks.manifest(block), of: page, manifest)
        }
        return findings
    }

    private func check(
        _ source: String, of page: Page, _ arguments: [String], more: String = ""
    ) async throws -> [Finding] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "zentrunk-page-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = [("Page.swift", source), ("Stub.swift", more)].filter { !$0.1.isEmpty }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        let result = try await Tool(arguments + files.map { folder.appending(path: $0.0).path }).run()
        let findings = result.output.matches(of: /(?m)^(.+?):([0-9]+):[0-9]+: (error|warning): (.*)$/)
            .filter { $0.output.3 == "error" || $0.output.4.firstMatch(of: Self.ofFragments) == nil }
            .map { match in
                let file = String(match.output.1)
                let name = file.hasSuffix("/Stub.swift") ? "the stub of \(page.path)" : file
                return Finding(page: name, line: Int(match.output.2) ?? 0, text: String(match.output.4))
            }
        guard result.status != 0, findings.isEmpty else { return findings }
        return [Finding(page: page.path, line: 1, text: result.output)]
    }

    /// Returns the folder of the test bundle, or the nearest above it, that contains a path.
    private static func above(_ path: String) -> String? {
        for start in CommandLine.arguments + [Bundle.main.bundlePath, Bundle.main.executablePath ?? ""]
        where start.contains("/") {
            var folder = URL(fileURLWithPath: start)
            while folder.path != "/" {
                folder.deleteLastPathComponent()
                if FileManager.default.fileExists(atPath: folder.appending(path: path).path) { return folder.path }
            }
        }
        return nil
    }

    /// The C modules that ours and their dependencies import.
    private static func moduleMaps(below folder: String) -> [String] {
        let folder = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        guard let paths = FileManager.default.enumerator(atPath: folder) else { return [] }
        return paths.compactMap { $0 as? String }.filter {
            $0.hasSuffix("/module.modulemap") && !"/\($0)".contains("/Tests/")
        }
        .map { "\(folder)/\($0)" }
    }
}
