@_spi(Adapter) import ZentrunkCore
import ZentrunkDoctor
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
    ///
    /// The platform's objects say at which port and over which transport it dials. The trunk, which does not know, is used
    /// only if none of them dials anything.
    mutating func add(_ plan: Plan, _ title: String, _ facts: SIPFacts) {
        let dialled = Self.dialled(plan, facts)
        for resource in plan.resources {
            guard let fields = resource.liveFields, let place = WireDestination(kind: resource.kind, fields),
                place.dialler == .carrier || dialled.isEmpty
            else { continue }
            let use =
                switch place.dialler {
                case .carrier: "dialled by Plivo for inbound calls"
                case .platform: Self.outbound
                }
            add(place.text, "\(title), \(resource.instance): \(use)") { () throws(ProbeTargetError) in
                try place.target()
            }
        }
        for (terms, instances) in dialled {
            let more = instances.count == 1 ? "" : " and \(instances.count - 1) more"
            add(terms.address, "\(title), \(instances[0])\(more): \(Self.outbound)") {
                () throws(ProbeTargetError) in try ProbeTarget(dialledBy: terms)
            }
        }
    }

    private static let outbound = "dialled by the platform for outbound calls"

    private mutating func add(
        _ text: String, _ role: String, _ target: () throws(ProbeTargetError) -> ProbeTarget
    ) {
        do { add(try target(), role) } catch { skipped.append(Skipped(text: text, reason: error.reason)) }
    }

    /// Returns what the platform's live objects dial, each address, port and transport once with the objects that do.
    private static func dialled(
        _ plan: Plan, _ facts: SIPFacts
    ) -> [(terms: SIPTerms.Outbound, instances: [InstanceID])] {
        var dialled: [(terms: SIPTerms.Outbound, instances: [InstanceID])] = []
        for resource in plan.resources {
            guard let id = resource.id, let fields = resource.liveFields else { continue }
            for terms in facts.terms(resource.kind, LiveObject(id: id, fields: fields)).outbound {
                let known = dialled.firstIndex {
                    ($0.terms.address, $0.terms.port) == (terms.address, terms.port)
                        && $0.terms.transport == terms.transport
                }
                if let known {
                    dialled[known].instances.append(resource.instance)
                } else {
                    dialled.append((terms, [resource.instance]))
                }
            }
        }
        return dialled
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
