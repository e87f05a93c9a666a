import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// What the adapter's SIP facts read in the objects of a connection is what the connection asked for.
enum SIPFactChecks {
    static func cases(_ pairing: Pairing) -> [AdapterConformance.Case] {
        guard !pairing.adapter.sip.isEmpty else {
            return [AdapterConformance.Case("none") { #expect(pairing.adapter.sip.hosts.isEmpty) }]
        }
        return [AdapterConformance.Case("kinds and members") { try names(pairing) }]
            + Combination.states(pairing).map { asked in
                AdapterConformance.Case(asked.title) { try await terms(asked) }
            }
    }

    /// Every kind and member that the facts name exists.
    private static func names(_ pairing: Pairing) throws {
        let facts = pairing.adapter.sip
        let kinds = try World.kinds(of: pairing).filter { $0.side == .platform }
        for name in facts.inboundKinds + facts.outboundKinds + facts.hosts.compactMap(\.labelKind) {
            #expect(kinds.contains { $0.name == name }, "\(name)")
        }
        for (name, paths) in facts.neutral {
            let kind = try #require(kinds.first { $0.name == name }, "\(name)")
            for path in paths { #expect(kind.fields[path.tokens.first ?? ""] != nil, "\(name) \(path)") }
        }
        let parameters = pairing.adapter.platform.accountParameters
        for host in facts.hosts {
            #expect(host.name == host.name.lowercased() && !host.transports.isEmpty)
            #expect(host.values.keys.allSatisfy(parameters.contains), "\(host.name)")
        }
    }

    private static func terms(_ asked: Combination) async throws {
        var asked = asked
        asked.hasAgent = asked.comesIn
        let pairing = asked.pairing
        let facts = pairing.adapter.sip
        try await World.run(for: pairing) { [asked] world async throws in
            let connector = try world.connector(pairing)
            try #require(try await world.connect(connector, asked.request).error == nil)
            let resources = try await connector.plan(ConnectionRequest()).resources
            let kinds = try World.kinds(of: pairing)
            let objects = resources.compactMap { resource -> (kind: KindDescription, live: LiveObject)? in
                guard let kind = kinds.first(where: { $0.name == resource.kind }), let id = resource.id,
                    let fields = resource.liveFields
                else { return nil }
                return (kind, LiveObject(id: id, fields: fields))
            }
            let terms = objects.filter { $0.kind.side == .platform }.map { facts.terms($0.kind.name, $0.live) }
            #expect(terms.allSatisfy { $0.faults.isEmpty })
            let uris = objects.filter { $0.kind.idField == "uri_uuid" }.map { OriginationURIRecord($0.live) }
            let trunks = objects.filter { $0.kind.idField == "trunk_id" }.map { Trunk($0.live) }
            if asked.comesIn {
                let trunk = try #require(trunks.first { $0.direction == .inbound })
                let record = try #require(uris.first { $0.id == trunk.primaryURI })
                let uri = try OriginationURI(record.uri)
                if !facts.hosts.isEmpty {
                    let host = try #require(facts.host(covering: uri.host.name), "\(uri.host)")
                    #expect(uri.transport.map(host.transports.contains) == true)
                }
                for name in facts.inboundKinds { #expect(objects.contains { $0.kind.name == name }, "\(name)") }
                inbound(terms.compactMap(\.inbound), record, asked)
            }
            let outbound = terms.flatMap(\.outbound)
            #expect(outbound.isEmpty == !asked.goesOut)
            guard asked.goesOut else { return }
            for name in facts.outboundKinds { #expect(objects.contains { $0.kind.name == name }, "\(name)") }
            let trunk = try #require(trunks.first { $0.direction == .outbound })
            let credential = objects.first { $0.kind.idField == "credential_uuid" }.map { SIPCredential($0.live) }
            for terms in outbound {
                #expect(terms.address == trunk.domain)
                #expect(terms.port == nil || terms.port == (asked.isSecure ? 5061 : 5060))
                #expect((terms.transport == .tls) == asked.isSecure)
                #expect(terms.encryption == nil || (terms.encryption == .required) == asked.isSecure)
                #expect(terms.username == credential?.username)
            }
        }
    }

    private static func inbound(
        _ terms: [SIPTerms.Inbound], _ record: OriginationURIRecord, _ asked: Combination
    ) {
        let networks = PlivoAccount.signallingNetworks.compactMap { try? IPNetwork($0) }
        for term in terms {
            #expect(term.encryption == nil || (term.encryption == .required) == asked.isSecure)
            if let allowed = term.networks {
                #expect(networks.allSatisfy { needed in allowed.contains { $0.contains(needed) } })
            }
        }
        let agents = terms.compactMap(\.answer)
        #expect(asked.agent.map { agents.contains(.agents([$0])) } ?? true, "\(agents)")
        #expect(terms.compactMap(\.username).first == (asked.asksInbound ? record.username : nil))
    }
}
