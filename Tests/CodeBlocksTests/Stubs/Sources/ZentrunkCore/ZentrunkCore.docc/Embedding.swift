import ZentrunkCore
import ZentrunkJSON

typealias Answer = Decision

/// What a backend answers to its customer.
enum Decision {
    case refused(String, [String])
    case needsApproval(String, losses: [String], consent: Bool)
}

/// A row of the backend's own table.
struct Customer {
    var plivoID: String
    var plivoToken: String
    var vapiKey: String
    var agent: String
}

/// The backend's own database.
struct Store {
    func save(_ plan: String, for customer: Customer) async throws {}
}

/// A response whose body is sent in parts.
struct EventResponse {
    func write(_ text: String) async {}
}

var customer: Customer { fatalError() }
var customerAgreed: Bool { fatalError() }
var store: Store { fatalError() }
var text: String { fatalError() }
var digest: String { fatalError() }
var response: EventResponse { fatalError() }
func untilTerminated() async {}
