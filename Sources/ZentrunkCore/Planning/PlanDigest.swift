import Crypto
public import ZentrunkJSON

/// A short hash that changes whenever the plan does.
struct PlanDigest {
    let text: String

    init(_ plan: Plan, kinds: KindTable) {
        let document: JSONValue = [
            "operation": .string(plan.operation.rawValue),
            "carrier": .string(plan.identity.carrierAccount),
            "platform": "\(plan.identity.platform) \(plan.identity.platformAccount)",
            "name": .string(plan.connection.name.description),
            "direction": .string(plan.connection.direction.rawValue),
            "numbers": .array(plan.connection.numbers.map { .string($0.e164) }),
            "resources": .array(plan.resources.map { Self.summary($0, kinds) }),
        ]
        let hash = SHA256.hash(data: document.bytes(.canonical))
        text = hash.prefix(8).map { byte in
            let hex = String(byte, radix: 16)
            return hex.count == 1 ? "0" + hex : hex
        }.joined()
    }

    private static func summary(_ resource: PlannedResource, _ kinds: KindTable) -> JSONValue {
        var live: JSONValue = .null
        if let object = resource.live, let kind = try? kinds.kind(resource.kind).description {
            live = .object(Comparison(kind: kind, managed: resource.managed).compared(object.fields))
        }
        return [
            "instance": .string(resource.instance.description), "kind": .string(resource.kind),
            "action": .string(resource.deeds.plannedWord), "id": resource.id.map { .string($0) } ?? .null, "live": live,
            "changes": .array(resource.changes.map(\.json)),
        ]
    }
}

extension PlannedResource.Change {
    /// The change as JSON, with the members `path`, `from`, and `to` or `known_after`.
    public var json: JSONValue {
        var members: JSONObject = ["path": .string(path.description), "from": from ?? .null]
        if knownAfter.isEmpty {
            members["to"] = to ?? .null
        } else {
            members["known_after"] = .array(knownAfter.map { .string($0) })
        }
        return .object(members)
    }
}
