import Foundation
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkDiagnosis

@Suite("Codes of the contracts")
struct ContractCodesTests {
    /// The members of the contracts that hold outcomes of calls, with the sets that explain their values.
    private static let sets: [String: [String]] = [
        "plivo hangup_source": ["zentrunk.hangup_source"],
        "plivo hangup_cause_code": ["zentrunk.hangup_code"],
        "livekit code": ["livekit.twirp"],
        "vapi endedReason": ["vapi.ended_reason"],
        "vapi status": ["vapi.call_status", "vapi.number_status"],
    ]
    /// The names by which such members are recognised in a contract.
    private static let names: Set<String> = [
        "code", "status", "endedReason", "hangup_source", "hangup_cause_code", "disconnect_reason",
        "disconnectReason", "call_result", "failure_reason", "error_type",
    ]

    struct Value: Hashable {
        var name: String
        var value: String
    }

    @Test("Every value that a contract enumerates has a cause in its set")
    func values() throws {
        let table = try CauseTable.bundled
        var checked: [String: Int] = [:]
        for vendor in ["plivo"] + (try Contracts.platformFolders.map { $0.lastPathComponent.lowercased() }) {
            for value in Self.values(in: try Contracts.document(vendor)) {
                let key = "\(vendor) \(value.name)"
                let sets = try #require(Self.sets[key], "\(key) enumerates values: name the set that explains them")
                checked[key, default: 0] += 1
                #expect(
                    sets.contains { !table.causes(of: value.value, in: .init(rawValue: $0)).isEmpty },
                    "\(key) \(value.value)")
            }
        }
        #expect(Set(checked.keys) == Set(Self.sets.keys))
        #expect(checked["livekit code"] == 18 && checked["vapi endedReason"] == 49)
    }

    /// Returns the enumerated values and the examples of outcomes in a contract.
    private static func values(in value: JSONValue, of name: String? = nil) -> Set<Value> {
        var found: Set<Value> = []
        func add(_ values: some Sequence<JSONValue>, _ name: String) {
            for value in values where names.contains(name) {
                if let text = value.string ?? value.integer.map(String.init) {
                    found.insert(Value(name: name, value: text))
                }
            }
        }
        if let elements = value.array {
            for element in elements { found.formUnion(values(in: element, of: name)) }
        }
        guard let members = value.object else { return found }
        // A parameter has its name in a member.
        let name = members["in"] == nil ? name : members["name"]?.string ?? name
        for (member, child) in members {
            if member == "enum" || member.hasPrefix("x-known-") {
                add(child.array ?? [], name ?? "")
            } else {
                if member.hasPrefix("hangup_") { add([child], member) }
                found.formUnion(values(in: child, of: member == "schema" ? name : member))
            }
        }
        return found
    }
}
