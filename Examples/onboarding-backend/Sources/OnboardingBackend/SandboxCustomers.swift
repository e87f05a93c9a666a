import ZentrunkCore
import ZentrunkPlatforms
import ZentrunkSandbox

/// Two customers with a vendor's imitation each, so that the backend runs without an account anywhere.
struct SandboxCustomers: Sendable {
    let customers: Customers
    let sandboxes: [Sandbox]

    /// Visibly not a secret.
    static func token(of name: String) -> String { "sandbox-token-of-\(name)" }

    /// What to know before the first request.
    static let introduction = """
        The vendors are imitated on this machine: nothing is bought, and nobody is called.
        Customers: acme, with the token \(token(of: "acme")), and globex, with \(token(of: "globex")).

        """

    /// - Parameter latency: What the imitations wait before each answer.
    static func start(latency: Duration) async throws -> SandboxCustomers {
        var customers: [Customer] = []
        var sandboxes: [Sandbox] = []
        for (index, name) in ["acme", "globex"].enumerated() {
            var options = SandboxOptions.platforms
            options.latency = latency
            options.plivo.authID = "MASANDBOX0000000000\(index + 1)"
            let sandbox = try await Sandbox.start(options)
            sandboxes.append(sandbox)
            customers.append(
                Customer(
                    name: name, token: Secret(token(of: name)), settings: sandbox.environment.mapValues { Secret($0) }))
        }
        return SandboxCustomers(customers: try Customers(customers), sandboxes: sandboxes)
    }
}
