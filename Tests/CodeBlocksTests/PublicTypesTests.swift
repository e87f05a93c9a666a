import Foundation
import Testing

@Suite("Public types")
struct PublicTypesTests {
    /// The most public types that a plain import of each library may show. A raise is for a type that a backend names or
    /// receives.
    private static let limits = [
        "Sources/ZentrunkCore": 49, "Sources/ZentrunkPlivo": 20, "Sources/ZentrunkCurl": 3,
        "Sources/ZentrunkDiagnosis": 5, "Sources/ZentrunkDoctor": 5, "Sources/ZentrunkJournal": 1,
        "Sources/ZentrunkProbe": 19,
    ]

    @Test("A platform shows no types of its own: a backend names it by a member of Platform")
    func platforms() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: "\(Checkout.here.root)/Plugins")
            .map { "Plugins/\($0)/Adapter" }
            .filter { FileManager.default.fileExists(atPath: "\(Checkout.here.root)/\($0)") }
        #expect(!folders.isEmpty)
        for folder in folders {
            let types = try Self.types(in: folder)
            #expect(types.forBackends == [] && types.others.count == 1, "\(folder)")
        }
    }

    @Test("A library shows no more types than a backend needs", arguments: limits)
    func count(library: String, limit: Int) throws {
        let types = try Self.types(in: library).forBackends
        #expect(types.count <= limit, "\(types.sorted().joined(separator: ", "))")
    }

    @Test("Every public type of the core is in one topic of its documentation, and in the right part")
    func topics() throws {
        let landing = try Checkout.here.text("Sources/ZentrunkCore/ZentrunkCore.docc/ZentrunkCore.md")
        var listed: (forBackends: [String], others: [String]) = ([], [])
        for topic in landing.split(separator: "\n### ").dropFirst() {
            let names = topic.matches(of: /(?m)^- ``([A-Za-z]+)``$/).map { String($0.output.1) }
            if topic.hasPrefix("For a backend") { listed.forBackends += names } else { listed.others += names }
        }
        let declared = try Self.types(in: "Sources/ZentrunkCore")
        #expect(declared.forBackends.count > 30 && declared.others.count > 30)
        #expect(listed.forBackends.sorted() == declared.forBackends.sorted())
        #expect(listed.others.sorted() == declared.others.sorted())
    }

    /// Returns the names of a library's public types at the top level: those that everybody sees, and those behind
    /// `@_spi(Adapter)`.
    private static func types(in folder: String) throws -> (forBackends: [String], others: [String]) {
        let declaration =
            #/
            (?m)^(?<spi>@_spi\(Adapter\)\ )?public\ (?:final\ |indirect\ )*
            (?:struct|enum|protocol|class|actor|typealias)\ (?<name>[A-Za-z]+)
            /#
        let texts = try Checkout.here.files(in: folder, ".swift").map(Checkout.here.text)
        let found = texts.flatMap { $0.matches(of: declaration).map { ($0.output.spi != nil, String($0.output.name)) } }
        return (found.filter { !$0.0 }.map(\.1), found.filter(\.0).map(\.1))
    }
}
