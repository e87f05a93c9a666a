import Foundation
import Testing

@Suite("Code on the pages and in documentation comments")
struct CodeBlockTests {
    @Test("Swift compiles, commands and targets exist, JSON is valid, and every block has a language")
    func blocks() async throws {
        let pages = try Set(Checkout.here.pages().map(\.path))
        #expect(
            pages.isSuperset(of: [
                "README.md", "docs/carrier.md", "Sources/ZentrunkTestKit/Memory/MemoryVendor.swift",
            ]))
        for finding in try await BlockChecks.findings(in: .here) { Issue.record("\(finding)") }
    }

    @Test("Every stub belongs to a page")
    func stubs() throws {
        let folder = "\(Checkout.here.root)/Tests/CodeBlocksTests/Stubs"
        let pages = try Set(Checkout.here.pages().map { ($0.path as NSString).deletingPathExtension })
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) where path.hasSuffix(".swift") {
            #expect(pages.contains((path as NSString).deletingPathExtension), "\(path)")
        }
    }
}
