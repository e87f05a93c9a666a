@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// The accounts of platforms to read: each platform's usual one, and those of connections in the journal.
struct PlatformAccounts: Sendable {
    private(set) var adapters: [any PlatformAdapter] = []
    /// The platforms that cannot be read, because their settings are missing or malformed.
    private(set) var problems: [VendorProblem] = []

    /// - Parameters:
    ///   - records: The connections in the journal.
    ///   - platform: The only platform to read; nil for all.
    init(_ session: Session, _ records: [ConnectionRecord], platform: PlatformID? = nil) {
        for type in AdapterRegistry.all where platform == nil || platform == type.platform.id {
            guard session.has(type.platform.settings) else {
                problems.append(VendorProblem(vendor: type.platform.title))
                continue
            }
            let known = records.filter {
                $0.identity.carrierAccount == session.carrierAccount && $0.identity.platform == type.platform.id
            }
            let selecting = type.platform.accountParameters
            let accounts = Set(known.map { $0.connection.values.filter { selecting.contains($0.key) } })
            for values in [[:]] + accounts.sorted(by: { "\($0)" < "\($1)" }) {
                do {
                    let adapter = try session.adapter(type, values: values)
                    let isNew = !adapters.contains {
                        Swift.type(of: $0).platform.id == type.platform.id && $0.account == adapter.account
                    }
                    if isNew { adapters.append(adapter) }
                } catch {
                    problems.note(
                        type.platform.title, error as? ZentrunkError ?? ZentrunkError(internalFault: error))
                }
            }
        }
    }
}

/// The reason why a vendor's objects are missing from an output.
struct VendorProblem: Sendable {
    var vendor: String
    /// nil when its settings are missing, so that it was not asked.
    var error: ZentrunkError?

    func print() {
        guard let error else { return Terminal.err("\(vendor) was not queried: its settings are missing") }
        Terminal.err("\(vendor) could not be queried: \(error.message)")
        for step in error.nextSteps { Terminal.err("  next: \(step)") }
    }

    var json: JSONValue {
        [
            "vendor": .string(vendor), "code": .string(error?.code.description ?? "not-asked"),
            "message": .string(error?.message ?? "its settings are missing"),
            "next": .array((error?.nextSteps ?? []).map { .string($0) }),
            "remedies": (error?.remedies ?? []).json,
        ]
    }
}

extension [VendorProblem] {
    /// Adds a problem, once: accounts of one platform often fail alike.
    mutating func note(_ vendor: String, _ error: ZentrunkError) {
        let isKnown = contains { $0.vendor == vendor && $0.error?.message == error.message }
        if !isKnown { append(VendorProblem(vendor: vendor, error: error)) }
    }
}
