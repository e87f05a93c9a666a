import Foundation
import Testing

@Suite("Code on the pages and in documentation comments")
struct CodeBlockTests {
    /// Pages that are written again together with the interfaces that they describe.
    private static let rewritten = ["docs/embedding.md", "docs/adding-a-platform.md"]

    @Test("Swift compiles, commands and targets exist, JSON is valid, and every block has a language")
    func blocks() async throws {
        let pages = try Set(Checkout.here.pages().map(\.path))
        #expect(
            pages.isSuperset(of: [
                "README.md", "docs/embedding.md", "Sources/ZentrunkTestKit/Memory/MemoryVendor.swift",
            ]))
        for finding in try await BlockChecks.findings(in: .here) {
            let isExpected = Self.rewritten.contains(finding.page)
            withKnownIssue("the page is being rewritten") {
                Issue.record("\(finding)")
            } when: {
                isExpected
            }
        }
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
