import Synchronization
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

/// A kind with scripted answers that records its calls.
final class ScriptedKind: ResourceKind {
    enum Answer: Sendable {
        /// Objects that were found, created or updated; `nothing` and `done` are `objects([])`.
        case objects([LiveObject])
        case error(APIError.Cause, isNotFound: Bool = false)

        static let done = Answer.objects([])
        static let nothing = Answer.objects([])
        static func object(_ id: String, _ fields: JSONObject = [:]) -> Answer {
            .objects([LiveObject(id: id, fields: fields)])
        }
        /// The API reports in its own words that the object does not exist.
        static let missing = Answer.error(.status(404), isNotFound: true)
        /// A router in between does not know the path.
        static let noRoute = Answer.error(.unreadable(status: 404, "404 page not found"))
        static func status(_ status: Int) -> Answer { .error(.status(status)) }
        static func lost(_ delivery: TransportError.Delivery = .unknown) -> Answer {
            .error(.transport(TransportError(code: .interrupted, delivery: delivery, message: "the line broke")))
        }
    }

    /// The script has no more answers.
    struct UnexpectedCall: Error {}

    let description: KindDescription
    private let state: Mutex<(answers: [Answer], calls: [String])>

    init(_ answers: [Answer] = [], description: KindDescription = ScriptedKind.thing) {
        self.description = description
        state = Mutex((answers, []))
    }

    static let thing = KindDescription(
        "test.thing", title: "thing", side: .platform, idField: "id",
        fields: ["id": .string.readOnly(), "name": .string])

    /// The calls in order: `create`, `find`, ….
    var calls: [String] { state.withLock { $0.calls } }

    func find(_ query: ResourceQuery) async throws -> [LiveObject] { try answer("find") }
    func read(_ id: String) async throws -> LiveObject? { try answer("read").first }
    func update(_ live: LiveObject, _ changes: JSONObject) async throws { _ = try answer("update") }
    func delete(_ id: String) async throws { _ = try answer("delete") }

    func create(_ body: JSONObject) async throws -> LiveObject {
        guard let made = try answer("create").first else { throw UnexpectedCall() }
        return made
    }

    private func answer(_ call: String) throws -> [LiveObject] {
        let answer = state.withLock { state -> Answer? in
            state.calls.append(call)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        switch answer {
        case .objects(let objects)?: return objects
        case .error(let cause, let isNotFound)?:
            throw APIError(
                cause, side: .platform, request: call, vendor: "Test", keyVariable: "TEST_KEY", isNotFound: isNotFound)
        case nil: throw UnexpectedCall()
        }
    }
}
