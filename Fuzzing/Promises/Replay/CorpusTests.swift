import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkTemplateLint

/// Checks the promises again with the inputs that the fuzzers kept.
@Suite("Corpora of the fuzzers")
struct CorpusTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized

    @Test("No corpus input breaks a promise", arguments: FuzzTarget.all)
    func replay(_ target: FuzzTarget) throws {
        let inputs = try FileManager.default.contentsOfDirectory(
            at: Self.root.appending(path: target.corpus), includingPropertiesForKeys: nil)
        #expect(!inputs.isEmpty)
        for input in inputs {
            #expect(throws: Never.self, "\(input.lastPathComponent)") {
                try target.check(Array(Data(contentsOf: input)))
            }
        }
    }

    @Test("The frame around expressions is a valid template, so an error comes from the expression")
    func frame() throws {
        let template = try Template(parsing: TemplatePromises.frame(around: []), file: "frame")
        try template.check(kinds: Pairings.pairing(template.pairing).kinds)
    }

    @Test("A broken promise is detected")
    func notice() {
        #expect(throws: BrokenPromise.self) { try promiseOneLine("two\nlines", "a text") }
        #expect(throws: BrokenPromise.self) { try VendorPromises.path("/v1/Trunk/../") }
        #expect(throws: BrokenPromise.self) { try VendorPromises.path("/v1/Trunk//") }
    }
}
