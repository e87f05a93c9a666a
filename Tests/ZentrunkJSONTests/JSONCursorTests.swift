import Testing
import ZentrunkJSON

@Suite("Reading documents of a known shape")
struct JSONCursorTests {
    private static let document = JSONCursor([
        "trunks": [["id": "012345678901234567", "secure": true, "port": 5060], ["id": 7]], "next": .null, "rate": 0.5,
    ])

    @Test("Every value is read with its own type")
    func reading() throws {
        let trunk = try #require(try Self.document.member("trunks").elements().first)
        #expect(try trunk.member("id").string() == "012345678901234567")
        #expect(try trunk.member("secure").bool())
        #expect(try trunk.member("port").integer() == 5060)
        #expect(try trunk.members().names == ["id", "secure", "port"])
        #expect(trunk.path.description == "/trunks/0")
    }

    @Test("A missing or null member is absent, others are present")
    func optionalMembers() throws {
        #expect(try Self.document.memberIfPresent("none") == nil)
        #expect(try Self.document.memberIfPresent("next") == nil)
        #expect(try Self.document.memberIfPresent("rate")?.value == 0.5)
        #expect(try Self.document.memberIfPresent("rate")?.path.description == "/rate")
        #expect(try Self.document.member("next").value == .null)
    }

    /// A read that must fail, with the expected message.
    struct Misreading: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var read: @Sendable (JSONCursor) throws -> Void

        init(_ description: String, _ read: @escaping @Sendable (JSONCursor) throws -> Void) {
            testDescription = description
            self.read = read
        }
    }

    @Test(
        "An error has the path, the expected and the actual type",
        arguments: [
            Misreading("/trunks/1/id: expected a string, found an integer") {
                _ = try $0.member("trunks").elements()[1].member("id").string()
            },
            Misreading("/trunks/1/secure: expected a value, found nothing") {
                _ = try $0.member("trunks").elements()[1].member("secure")
            },
            Misreading("/trunks: expected an object, found an array") { _ = try $0.member("trunks").member("id") },
            Misreading("/trunks: expected an object, found an array") {
                _ = try $0.member("trunks").memberIfPresent("id")
            },
            Misreading("/rate: expected an integer, found a number") { _ = try $0.member("rate").integer() },
            Misreading("/next: expected a boolean, found null") { _ = try $0.member("next").bool() },
            Misreading("/trunks/0/id: expected an array, found a string") {
                _ = try $0.member("trunks").elements()[0].member("id").elements()
            },
            Misreading("/trunks/0/secure: expected a string, found a boolean") {
                _ = try $0.member("trunks").elements()[0].member("secure").string()
            },
            Misreading("/a~1b: expected a value, found nothing") { _ = try $0.member("a/b") },
            Misreading("the document: expected an array, found an object") { _ = try $0.elements() },
            Misreading("the document: expected a host name, found an object") { throw $0.mismatch("a host name") },
        ])
    func misreading(_ misreading: Misreading) {
        let error = #expect(throws: JSONDecodingError.self) { try misreading.read(Self.document) }
        #expect(error?.description == misreading.testDescription)
    }

    @Test("A cursor on a part of a document reports the path of that part")
    func offset() throws {
        let place = try #require(JSONPointer("/body"))
        let error = #expect(throws: JSONDecodingError.self) { try JSONCursor(1, at: place).string() }
        #expect(error == JSONDecodingError(path: place, expected: "a string", found: "an integer"))
    }
}
