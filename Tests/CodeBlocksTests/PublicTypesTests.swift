import Testing

@Suite("What a backend sees")
struct PublicTypesTests {
    /// The most public types that each library may show by a plain import. Lower a number with the types; raise it only for
    /// a type that a backend names or receives.
    private static let limits = [
        "Sources/ZentrunkCore": 49, "Sources/ZentrunkPlivo": 11, "Sources/ZentrunkCurl": 3, "Sources/ZentrunkJournal": 1,
        "Plugins/ElevenLabs/Adapter": 0, "Plugins/LiveKit/Adapter": 0, "Plugins/Vapi/Adapter": 0,
    ]

    @Test("No library shows more types than a backend needs", arguments: limits)
    func count(library: String, limit: Int) throws {
        let types = try Self.types(in: library)
        #expect(types.count <= limit, "\(library) shows \(types.sorted().joined(separator: ", "))")
    }

    @Test("The core's documentation lists these types, and no others, for backends")
    func topics() throws {
        let landing = try Checkout.here.text("Sources/ZentrunkCore/ZentrunkCore.docc/ZentrunkCore.md")
        let listed = landing.split(separator: "### ").filter { $0.hasPrefix("For a backend") }.flatMap { topic in
            topic.matches(of: /(?m)^- ``([A-Za-z]+)``$/).map { String($0.output.1) }
        }
        #expect(try listed.sorted() == Self.types(in: "Sources/ZentrunkCore").sorted())
    }

    /// Returns the names of the public types at the top level that are not of the interface for adapters.
    private static func types(in folder: String) throws -> [String] {
        let declaration =
            /(?m)^public (?:final |indirect )*(?:struct|enum|protocol|class|actor|typealias) ([A-Za-z]+)/
        return try Checkout.here.files(in: folder, ".swift").flatMap { path in
            try Checkout.here.text(path).matches(of: declaration).map { String($0.output.1) }
        }
    }
}
