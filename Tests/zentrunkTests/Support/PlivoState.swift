import ZentrunkCore
import ZentrunkJSON

/// The sandbox's Plivo account.
struct PlivoState {
    private let state: JSONValue

    init(_ state: JSONValue) { self.state = state["plivo"] ?? .null }

    func rows(_ table: String) -> [JSONValue] { state[table]?.array ?? [] }

    func row(_ table: String, _ name: String) -> JSONValue? { rows(table).first { $0["name"]?.string == name } }

    /// The path of what answers the number; null for nothing.
    func route(of number: PhoneNumber) -> JSONValue {
        rows("numbers").first { $0["number"]?.string == number.digits }?["application"] ?? .null
    }
}
