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

    @Test("Every public type of the core is in exactly one topic of its documentation")
    func topics() throws {
        let landing = try Checkout.here.text("Sources/ZentrunkCore/ZentrunkCore.docc/ZentrunkCore.md")
        let listed = landing.matches(of: /(?m)^- ``([A-Za-z]+)``$/).map { String($0.output.1) }
        let declaration = /(?m)^(?:@_spi\(Adapter\) )?public (?:final |indirect )?(?:struct|enum|protocol|class|actor|typealias) ([A-Za-z]+)/
        let declared = try Checkout.here.files(in: "Sources/ZentrunkCore", ".swift").flatMap { path in
            try Checkout.here.text(path).matches(of: declaration).map { String($0.output.1) }
        }
        #expect(declared.count > 50)
        #expect(declared.filter { !listed.contains($0) } == [], "add these to a topic of ZentrunkCore.docc")
        #expect(listed.filter { !declared.contains($0) } == [], "these are in a topic, but are not public types")
        #expect(Set(listed).count == listed.count, "a type is in two topics")
    }
}
