import Foundation
import ZentrunkJSON

/// A trunk of one direction. <https://www.plivo.com/docs/sip-trunking/api/trunks>
struct PlivoTrunk: PlivoObject {
    static let idField = "trunk_id"
    static let directions = ["inbound", "outbound"]
    static let statuses = ["enabled", "disabled"]

    /// A decimal string of 14 to 18 digits. Most ids exceed the precision of a double.
    let id: String
    var name: String
    let direction: String
    var status = "enabled"
    var secure = false
    var primaryURI: String?
    var fallbackURI: String?
    var credential: String?
    var accessList: String?
    let created = Date()
    var updated = Date()

    init(name: String, direction: String, taken: Set<String>) {
        self.name = name
        self.direction = direction
        var id: String
        repeat {
            id = String(Int64.random(in: 10_000_000_000_000..<1_000_000_000_000_000_000))
        } while taken.contains(id)
        self.id = id
    }

    /// The error for an unknown id. As on the live service, its request id has the wrong name.
    static func missing(_ id: String) -> PlivoRefusal {
        .zentrunk(404, "Trunk details for \(id) not found", idField: "app_id")
    }

    var domain: String { "\(id).zt.plivo.com" }

    var row: JSONObject {
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        return [
            Self.idField: .string(id), "trunk_domain": .string(domain), "name": .string(name),
            "trunk_status": .string(status), "trunk_direction": .string(direction), "secure": .bool(secure),
            "primary_uri_uuid": text(primaryURI), "fallback_uri_uuid": text(fallbackURI),
            "credential_uuid": text(credential), "ipacl_uuid": text(accessList),
        ]
    }

    /// Returns the value that a list filter compares.
    fileprivate func text(of filter: String) -> String? {
        switch filter {
        case "trunk_status": status
        case "trunk_direction": direction
        case "secure": String(secure)
        case "ipacl_uuid": accessList
        case "credential_uuid": credential
        case "primary_uri_uuid": primaryURI
        case "fallback_uri_uuid": fallbackURI
        default: nil
        }
    }

    /// The members of GET of one trunk: the row and two undocumented times.
    var object: JSONObject {
        row.merging([
            "created_at": .string(created.formatted(.iso8601)), "updated_at": .string(updated.formatted(.iso8601)),
        ])
    }
}

extension PlivoStore {
    mutating func answerTrunk(_ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        switch (call.request.method, call.item) {
        case ("POST", let id?): return try updateTrunk(id, call)
        case ("POST", nil): return try createTrunk(call)
        case ("DELETE", let id?):
            try deleteTrunk(id)
            return PlivoAnswer.deleted
        case (_, let id?):
            let trunk = trunks[try Self.index(of: id, among: trunks)]
            return .json(200, ["api_id": .string(PlivoAnswer.apiID()), "object": .object(trunk.object)])
        case (_, nil): return try listTrunks(call)
        }
    }

    /// Deletes a trunk and detaches its numbers.
    mutating func deleteTrunk(_ id: String) throws(PlivoRefusal) {
        trunks.remove(at: try Self.index(of: id, among: trunks))
        for index in numbers.indices where numbers[index].route == .trunk(id) { numbers[index].route = nil }
    }

    private static let filters: Set<String> = [
        "trunk_status", "trunk_direction", "secure", "ipacl_uuid", "credential_uuid", "primary_uri_uuid",
        "fallback_uri_uuid",
    ]

    private func listTrunks(_ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        let wanted = call.request.query.filter { Self.filters.contains($0.name) }
        let found =
            wanted.isEmpty
            ? trunks : trunks.filter { trunk in wanted.allSatisfy { trunk.text(of: $0.name) == $0.value } }
        return try PlivoAnswer.page(found.lazy.map(\.row), of: call, slash: false).noting(
            call.notes(onParametersBut: Self.filters))
    }

    private static let trunkFields: KeyValuePairs<String, PlivoCall.Kind> = [
        "name": .text, "trunk_direction": .text, "trunk_status": .text, "secure": .truth, "primary_uri_uuid": .text,
        "fallback_uri_uuid": .text, "credential_uuid": .text, "ipacl_uuid": .text,
    ]

    private mutating func createTrunk(_ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        let notes = try call.check(Self.trunkFields)
        var trunk = PlivoTrunk(
            name: try call.required("name"), direction: try call.required("trunk_direction"),
            taken: Set(trunks.map(\.id)))
        guard PlivoTrunk.directions.contains(trunk.direction) else {
            throw .zentrunk(400, "trunk_direction must be inbound or outbound")
        }
        try refuseTwin(of: trunk)
        let more = try apply(call, to: &trunk)
        if trunk.direction == "inbound" {
            guard trunk.primaryURI != nil else {
                throw .zentrunk(422, "primary_uri_uuid is required for an inbound trunk")
            }
        } else if trunk.credential == nil, trunk.accessList == nil {
            throw .zentrunk(422, "an outbound trunk needs credential_uuid or ipacl_uuid")
        }
        trunks.append(trunk)
        return PlivoAnswer.written(trunk, "Trunk created successfully.", status: 201).noting(notes + more)
    }

    /// Updates a trunk. The documentation requires no particular member; the live service refuses updates without the
    /// direction.
    private mutating func updateTrunk(_ id: String, _ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        let index = try Self.index(of: id, among: trunks)
        let notes = try call.check(Self.trunkFields)
        var trunk = trunks[index]
        guard try call.required("trunk_direction") == trunk.direction else {
            throw .zentrunk(400, "trunk_direction cannot be changed")
        }
        if let name = try call.optional("name") { trunk.name = name }
        try refuseTwin(of: trunk)
        let more = try apply(call, to: &trunk)
        trunk.updated = Date()
        trunks[index] = trunk
        return PlivoAnswer.written(trunk, "Trunk updated successfully.", status: 202).noting(notes + more)
    }

    private func refuseTwin(of trunk: PlivoTrunk) throws(PlivoRefusal) {
        guard !trunks.contains(where: { $0.name == trunk.name && $0.id != trunk.id }) else {
            throw .zentrunk(quirks.duplicateTrunkStatus, "A trunk with the same name \(trunk.name) already exists")
        }
    }

    /// Applies the members other than name and direction.
    ///
    /// - Returns: Notes on members of the other direction, which are dropped.
    private func apply(_ call: PlivoCall, to trunk: inout PlivoTrunk) throws(PlivoRefusal) -> [String] {
        if let status = try call.optional("trunk_status") {
            guard PlivoTrunk.statuses.contains(status) else {
                throw .zentrunk(400, "trunk_status must be enabled or disabled")
            }
            trunk.status = status
        }
        if let secure = call.truth("secure") { trunk.secure = secure }
        let primary = try reference("primary_uri_uuid", call, among: uris)
        let fallback = try reference("fallback_uri_uuid", call, among: uris)
        let credential = try reference("credential_uuid", call, among: credentials)
        let accessList = try reference("ipacl_uuid", call, among: accessLists)
        let foreign: [(String, String?)]
        if trunk.direction == "inbound" {
            trunk.primaryURI = primary ?? trunk.primaryURI
            trunk.fallbackURI = fallback ?? trunk.fallbackURI
            foreign = [("credential_uuid", credential), ("ipacl_uuid", accessList)]
        } else {
            trunk.credential = credential ?? trunk.credential
            trunk.accessList = accessList ?? trunk.accessList
            foreign = [("primary_uri_uuid", primary), ("fallback_uri_uuid", fallback)]
        }
        return foreign.filter { $0.1 != nil }.map { "\($0.0) has no effect on an \(trunk.direction) trunk" }
    }

    private func reference<Object: PlivoObject>(_ name: String, _ call: PlivoCall, among objects: [Object])
        throws(PlivoRefusal) -> String?
    {
        guard let id = try call.optional(name) else { return nil }
        guard objects.contains(where: { $0.id == id }) else { throw .zentrunk(400, "\(name): \(id) does not exist") }
        return id
    }
}
