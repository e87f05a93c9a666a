import Foundation
import ZentrunkCore

typealias Answer = Decision

enum Decision {
    case needsDecision(String, [Remedy])
}

struct Customer {
    var plivoID = ""
    var plivoToken = ""
    var plivoLimiter: RateLimiter
    var vapiKey = ""
}

var stateFolder: String { fatalError() }
var userAgreed: Bool { fatalError() }
var connector: Connector { fatalError() }
var name: ConnectionName { fatalError() }
var request: ConnectionRequest { fatalError() }
func log(_ values: Any..., undone: Bool?, left: [String]) {}
func log(_ text: String) {}
func progress(_ text: String) {}
