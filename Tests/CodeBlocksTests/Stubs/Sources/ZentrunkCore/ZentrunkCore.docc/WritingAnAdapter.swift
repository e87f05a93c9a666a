import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

/// What `.embedInCode` makes of `template.json`.
enum PackageResources {
    static let template_json: [UInt8] = []
}

/// The imitation, in the package's second module.
final class NimbusService: PlatformService {
    static let vendor = "nimbus"
    static var facts: PlatformFacts { fatalError() }
    var state: JSONValue { .null }

    static func disagreements(in state: JSONValue, with asked: AskedConnection) -> [String] { [] }
    static func table(listedBy request: RecordedRequest) -> String? { nil }
    func environment(at url: String) -> [String: String] { [:] }
    func reset() {}
    func answer(_ request: SandboxRequest) -> SandboxAnswer { fatalError() }
    func addForeignRecord(of number: String, named name: String) {}
    func fill(_ count: Int) {}
}
