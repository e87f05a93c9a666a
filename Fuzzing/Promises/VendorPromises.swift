import HTTPTypes
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// Promises for all responses of a vendor.
///
/// An input is two letters, which select the kind and the operation, a line feed, and the responses as read by
/// ``AnswerScript``.
enum VendorPromises {
    /// The account's key. Vendors quote requests in errors, and it must never be shown.
    static let secret = "fuzz0secret0key0of0an0account"
    private static let longestMessage = 401

    static func check(_ input: [UInt8], of vendor: String) throws {
        let script = AnswerScript(input.dropFirst(3))
        let adapterType = Pairings.adapters.first { $0.platform.id.description == vendor } ?? Pairings.adapters[0]
        let (carrier, adapter) = try Pairings.sides(adapterType, secret: secret, transport: script)
        let kinds = vendor == "plivo" ? carrier.kinds : adapter.kinds
        let kind = kinds[Int(input.first ?? 0) % kinds.count]
        let operation = Operation(input.dropFirst().first ?? 0)
        let client = vendor == "plivo" ? ZentrunkClient(carrier) : nil
        let thrown = OwnThread.run { () async -> (any Error)? in
            do {
                try await operation.run(on: kind, client)
                return nil
            } catch {
                return error
            }
        }
        guard let thrown else { throw BrokenPromise("a call waits for something else than its answer") }
        for request in script.requests { try path(request.head.path ?? "") }
        if let thrown { try error(thrown) }
    }

    /// Checks that an id from the vendor does not lead to another object or to the collection.
    static func path(_ path: String) throws {
        try promiseOneLine(path, "a path")
        let steps = path.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
        try promise(!steps.dropFirst().dropLast().contains { $0.isEmpty }, "\(path) has an empty step")
        try promise(!steps.contains { $0 == "." || $0 == ".." }, "\(path) leads elsewhere")
    }

    private static func error(_ thrown: any Error) throws {
        let described: ZentrunkError
        switch thrown {
        case let error as APIError:
            described = error.zentrunkError
            let wait = error.retryAfter ?? .zero
            try promise((.zero ... .seconds(86_400)).contains(wait), "a wait of \(wait)")
        case let error as ZentrunkError: described = error
        default: throw thrown
        }
        let words =
            [described.message, described.vendorMessage, described.requestID].compactMap { $0 }
            + described.remedies.map { JSONValue.object($0.json).text() }
        for text in words {
            try promiseOneLine(text, "an error")
            try promise(!text.contains(secret), "the key is shown: \(text)")
            try promise(text.count <= 2 * longestMessage, "an error of \(text.count) characters")
        }
        try promise(
            described.vendorMessage.map { !$0.isEmpty && $0.count <= longestMessage } ?? true, "what the vendor said")
    }

    /// An operation on a kind.
    private enum Operation: UInt8, CaseIterable, Sendable {
        case all, owned, ofNumber, read, create, update, delete, resolve

        init(_ letter: UInt8) {
            self = Self(rawValue: letter % UInt8(Self.allCases.count)) ?? .all
        }

        func run(on kind: any ResourceKind, _ client: ZentrunkClient?) async throws {
            let name = kind.description
            switch self {
            case .all:
                for object in try await kind.find(.everything).prefix(3) {
                    try whole(object, name)
                    _ = kind.conflict(of: object.fields, with: object)
                    _ = try await kind.read(object.id)
                }
            case .owned:
                let owner = ResourceQuery.Owner(platform: "vapi", connection: nil)
                for object in try await kind.find(ResourceQuery(owner: owner)) {
                    try whole(object, name)
                    try promise(
                        name.name(of: object)?.hasPrefix("zc_vapi_") == true, "a foreign \(name.title) is owned")
                }
            case .ofNumber:
                let number = try PhoneNumber("+14155550100")
                for object in try await kind.find(ResourceQuery(numbers: [number])) {
                    try whole(object, name)
                    _ = (name.number(of: object), kind.conflict(of: object.fields, with: object))
                }
            case .read:
                if let object = try await kind.read("1") { try whole(object, name) }
            case .create:
                let object = try await kind.create(["name": "zc_vapi_main_line"])
                try whole(object, name)
                try await kind.delete(object.id)
            case .update:
                guard let object = try await kind.read("1") else { return }
                try await kind.update(object, object.fields)
            case .delete: try await kind.delete("1")
            case .resolve: try await Self.resolve(client)
            }
        }

        /// Reads every kind of object completely, like the carrier's own commands.
        private static func resolve(_ client: ZentrunkClient?) async throws {
            guard let client else { return }
            for trunk in try await client.trunks.list().prefix(2) {
                _ = try await client.dependents(of: trunk).sentence()
            }
            _ = try await client.trunks.resolve("zc_vapi_main_trunk").label
            _ = try await client.uris.list().map(\.label)
            _ = try await client.credentials.list().map(\.label)
            _ = try await client.accessLists.list().map(\.addresses)
            _ = try await client.numbers.list().map { ($0.number, $0.route) }
        }

        /// Checks that a kind returns only known fields, unless a create accepts all fields that it shows.
        private func whole(_ object: LiveObject, _ kind: KindDescription) throws {
            try promise(!object.id.isEmpty, "a \(kind.title) has an empty id")
            for name in object.fields.names where !kind.takesWhatItShows {
                try promise(kind.fields[name] != nil, "\(name) is not a field of a \(kind.title)")
            }
        }
    }
}
