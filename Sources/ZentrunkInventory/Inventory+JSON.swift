@_spi(Adapter) import ZentrunkCore
package import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

extension Inventory {
    /// The inventory for programs; without steps in words, which depend on the program.
    package var json: JSONObject {
        [
            "carrier_account": .string(carrierAccount),
            "places": .array(
                places.map { ["platform": .string($0.platform.description), "account": .string($0.account)] }),
            "numbers": .array(numbers.map(\.json)), "dialling": .array(dialling.map(\.json)),
            "objects": .array(items.map(\.json)), "links": .array(links.map(\.json)),
        ]
    }
}

extension JSONValue {
    fileprivate static func key(_ item: Inventory.Item?) -> JSONValue { item.map { .string($0.key) } ?? .null }

    fileprivate static func connection(_ item: Inventory.Item?) -> JSONValue {
        item?.connection.map { .string($0.description) } ?? .null
    }
}

extension Inventory.Item {
    fileprivate var json: JSONValue {
        [
            "key": .string(key), "side": .string(side.rawValue),
            "platform": platform.map { .string($0.description) } ?? .null, "account": .string(account),
            "kind": .string(kind), "id": .string(id), "name": name.map { .string($0) } ?? .null,
            "connection": .connection(self),
        ]
    }
}

extension Inventory.Number {
    fileprivate var json: JSONValue {
        [
            "number": .string(number.e164), "on_account": .bool(isOnAccount), "trunk": .key(trunk),
            "lost_trunk": lostTrunk.map { .string($0) } ?? .null,
            "application": application.map { .string($0) } ?? .null,
            "targets": .array(
                targets.map { target in
                    [
                        "uri": .key(target.uri), "text": .string(target.text),
                        "host": target.host.map { .string($0) } ?? .null,
                        "platform": target.platform.map { .string($0.description) } ?? .null,
                        "fallback": .bool(target.isFallback),
                    ]
                }),
            "records": .array(
                records.map { record in
                    [
                        "platform": .string(record.platform.description), "account": .string(record.account),
                        "objects": .array(record.items.map { .string($0.key) }),
                        "answer": record.answer.map { .string($0) } ?? .null,
                    ]
                }),
            "connection": connection.map { .string($0.description) } ?? .null,
        ]
    }
}

extension Inventory.Dialling {
    fileprivate var json: JSONValue {
        [
            "object": .key(item), "address": .string(address), "trunk": .key(trunk),
            "logins": .array(logins.map { .string($0.key) }), "connection": .connection(item),
        ]
    }
}

extension Inventory.Link {
    fileprivate var json: JSONValue { ["from": .string(from), "to": .string(to), "label": .string(label)] }
}

extension Inventory.Finding {
    /// The finding for programs; `remedies` is the last member.
    package var json: JSONObject {
        [
            "code": .string(code), "weight": .string(weight.rawValue), "side": .string(side.rawValue),
            "objects": .array(items.map { .string($0.key) }), "message": .string(message),
            "remedies": .array(remedies.map { .object($0.json) }),
        ]
    }
}
