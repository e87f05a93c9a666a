@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
@_spi(Adapter) import ZentrunkProbe

/// The hosts of one command, each once: carriers block sources that probe a host more often.
struct ProbedHosts: Sendable {
    /// A host to probe.
    struct Host: Sendable {
        var target: ProbeTarget
        /// What the connection uses it for; nil for a host that was given.
        var role: String?
    }

    /// A target that is not probed.
    struct Skipped: Sendable {
        var text: String
        var reason: String

        var json: JSONValue { ["target": .string(text), "reason": .string(reason)] }
    }

    private(set) var all: [Host] = []
    private(set) var skipped: [Skipped] = []

    /// Adds a target, unless its host is there already.
    mutating func add(_ target: ProbeTarget, _ role: String? = nil) {
        guard let known = all.firstIndex(where: { $0.target.host == target.host }) else {
            all.append(Host(target: target, role: role))
            return
        }
        if all[known].target == target {
            // Two roles of one address share its probe.
            all[known].role = [all[known].role, role].compactMap { $0 }.joined(separator: "; ")
            if all[known].role?.isEmpty == true { all[known].role = nil }
            return
        }
        skipped.append(
            Skipped(text: target.description, reason: "its host is probed at another address, and each host only once"))
    }

    /// Adds the hosts that a connection's live objects name.
    mutating func add(_ plan: Plan, _ title: String) {
        for resource in plan.resources {
            guard let fields = resource.liveFields, let place = WireDestination(kind: resource.kind, fields) else {
                continue
            }
            let use =
                switch place.dialler {
                case .carrier: "dialled by Plivo for inbound calls"
                case .platform: "dialled by the platform for outbound calls"
                }
            let role = "\(title), \(resource.instance): \(use)"
            do { add(try place.target(), role) } catch {
                skipped.append(Skipped(text: place.text, reason: error.reason))
            }
        }
    }
}

extension WireDestination {
    /// The address as the target of a probe.
    ///
    /// - Throws: ``ProbeTargetError``.
    fileprivate func target() throws(ProbeTargetError) -> ProbeTarget {
        // Also for the error that says which part is invalid.
        guard let uri else { return try ProbeTarget(text) }
        return try ProbeTarget(
            host: uri.host.name, port: uri.port,
            transport: uri.transport.flatMap { ProbeTarget.Transport(rawValue: $0.rawValue) },
            isSecure: uri.text.lowercased().hasPrefix("sips:"))
    }
}
