import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// A kind of carrier object as a subject of commands.
protocol CarrierNoun: Sendable {
    associatedtype Object: ZentrunkObject

    /// The command's name, which is also the member for a single object in JSON: `trunk`.
    static var name: String { get }
    /// The member for several objects in JSON.
    static var plural: String { get }
    /// The title in help, with its article: `an origination URI`.
    static var title: String { get }
    /// The plural title in help: `origination URIs`.
    static var titles: String { get }
    /// The help of the argument that names an object.
    static var reference: ArgumentHelp { get }
    /// The columns of lists.
    static var columns: [(title: String, text: (Object) -> String)] { get }
    static func collection(of client: ZentrunkClient) -> ZentrunkCollection<Object>
}

extension CarrierNoun {
    static var plural: String { name + "s" }
    /// Returns the object with that id or exact name. If there is none, the error says where to look.
    static func resolve(_ reference: String, _ client: ZentrunkClient) async throws -> Object {
        let reference = reference.withoutMargins()
        guard !reference.isEmpty else {
            throw ZentrunkError(.invalid, "the \(name)'s id or name is empty: is a shell variable not set?")
        }
        let masked = OriginationURI.masked(reference)
        guard masked == reference else {
            throw ZentrunkError(
                .invalid, "\"\(masked)\" is a URI with a password: give the \(name)'s id or name",
                remedies: [.command(["zentrunk", name, "list"])])
        }
        do {
            return try await collection(of: client).resolve(reference)
        } catch var error as ZentrunkError {
            if error.code == .notFound { error.remedies.append(.command(["zentrunk", name, "list"])) }
            throw error
        }
    }

    static var reference: ArgumentHelp { ArgumentHelp("Id or exact name.", valueName: "id-or-name") }
}

/// A kind whose objects the command can delete.
protocol DeletableNoun: CarrierNoun {
    associatedtype Deletion: DeletionOptions

    /// A description of what happens to the dependents.
    static var consequence: String { get }
    static func dependents(of object: Object, _ client: ZentrunkClient) async throws -> Dependents
    static func delete(_ object: Object, with agreed: Dependents, _ client: ZentrunkClient) async throws
}

/// Options of a deletion other than consent.
protocol DeletionOptions: ParsableArguments, Sendable {
    /// Returns the required option that is missing for these dependents.
    func missing(for dependents: Dependents) -> String?
}

struct PlainDeletion: DeletionOptions {
    func missing(for dependents: Dependents) -> String? { nil }
}

enum TrunkNoun: DeletableNoun {
    typealias Deletion = PlainDeletion

    static let name = "trunk"
    static let title = "a trunk"
    static let titles = "trunks"
    static let consequence = "these numbers are detached and no longer answered"
    static var columns: [(title: String, text: (Trunk) -> String)] {
        [
            ("NAME", { $0.name ?? "-" }), ("ID", { $0.id }), ("DIRECTION", { $0.direction.rawValue }),
            ("STATUS", { $0.status.rawValue }), ("SECURE", { $0.isSecure ? "yes" : "no" }),
            ("DOMAIN", { $0.domain ?? "-" }),
        ]
    }
    static func collection(of client: ZentrunkClient) -> ZentrunkCollection<Trunk> { client.trunks }
    static func dependents(of object: Trunk, _ client: ZentrunkClient) async throws -> Dependents {
        try await client.dependents(of: object)
    }
    static func delete(_ object: Trunk, with agreed: Dependents, _ client: ZentrunkClient) async throws {
        try await client.delete(object, with: agreed)
    }
}

enum CredentialNoun: DeletableNoun {
    typealias Deletion = PlainDeletion

    static let name = "credential"
    static let title = "a credential"
    static let titles = "credentials"
    static let consequence = "outbound calls that log in with it fail on these trunks"
    static var columns: [(title: String, text: (SIPCredential) -> String)] {
        [("NAME", { $0.name ?? "-" }), ("ID", { $0.id }), ("USERNAME", { $0.username })]
    }
    static func collection(of client: ZentrunkClient) -> ZentrunkCollection<SIPCredential> { client.credentials }
    static func dependents(of object: SIPCredential, _ client: ZentrunkClient) async throws -> Dependents {
        try await client.dependents(of: object)
    }
    static func delete(_ object: SIPCredential, with agreed: Dependents, _ client: ZentrunkClient) async throws {
        try await client.delete(object, with: agreed)
    }
}

enum URINoun: DeletableNoun {
    struct Deletion: DeletionOptions {
        @Flag(help: "Confirm that Plivo deletes the trunks that use it, as primary or fallback, together with it.")
        var withTrunks = false

        func missing(for dependents: Dependents) -> String? {
            withTrunks || dependents.trunks.isEmpty ? nil : "--with-trunks"
        }
    }

    static let name = "uri"
    static let title = "an origination URI"
    static let titles = "origination URIs"
    static let consequence = "Plivo deletes these trunks together with it and detaches these numbers"
    static var columns: [(title: String, text: (OriginationURIRecord) -> String)] {
        [
            ("NAME", { $0.name ?? "-" }), ("ID", { $0.id }), ("URI", { $0.uri }),
            ("AUTHENTICATION", { $0.needsAuthentication ? $0.username ?? "yes" : "no" }),
        ]
    }
    static func collection(of client: ZentrunkClient) -> ZentrunkCollection<OriginationURIRecord> { client.uris }
    static func dependents(of object: OriginationURIRecord, _ client: ZentrunkClient) async throws -> Dependents {
        try await client.dependents(of: object)
    }
    static func delete(_ object: OriginationURIRecord, with agreed: Dependents, _ client: ZentrunkClient) async throws {
        try await client.delete(object, with: agreed)
    }
}

enum AccessListNoun: DeletableNoun {
    typealias Deletion = PlainDeletion

    static let name = "acl"
    static let title = "an IP access control list"
    static let titles = "IP access control lists"
    static let consequence = "outbound calls from its networks fail on these trunks"
    static var columns: [(title: String, text: (IPAccessControlList) -> String)] {
        [("NAME", { $0.name ?? "-" }), ("ID", { $0.id }), ("NETWORKS", { $0.addresses.joined(separator: ", ") })]
    }
    static func collection(of client: ZentrunkClient) -> ZentrunkCollection<IPAccessControlList> { client.accessLists }
    static func dependents(of object: IPAccessControlList, _ client: ZentrunkClient) async throws -> Dependents {
        try await client.dependents(of: object)
    }
    static func delete(_ object: IPAccessControlList, with agreed: Dependents, _ client: ZentrunkClient) async throws {
        try await client.delete(object, with: agreed)
    }
}

enum NumberNoun: CarrierNoun {
    static let name = "number"
    static let title = "a phone number"
    static let titles = "phone numbers"
    static let reference = ArgumentHelp(
        "The number with + and country code, or its exact alias.", valueName: "number-or-alias")
    static var columns: [(title: String, text: (NumberRecord) -> String)] {
        [
            ("NUMBER", { $0.number?.e164 ?? $0.id }), ("ROUTE", { $0.route?.description ?? "-" }),
            ("VOICE", { $0.isVoiceEnabled ? "yes" : "no" }), ("COUNTRY", { $0.country ?? "-" }),
            ("ALIAS", { $0.name ?? "-" }),
        ]
    }
    static func collection(of client: ZentrunkClient) -> ZentrunkCollection<NumberRecord> { client.numbers }
}

extension NumberRecord.Route {
    /// The value for `--route-to` of `disconnect`: `trunk:ID`, `app:ID`.
    fileprivate var description: String {
        switch self {
        case .trunk(let id): "trunk:\(id)"
        case .application(let id): "app:\(id)"
        }
    }
}
