import ArgumentParser
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlivo

/// `zentrunk trunk`
struct TrunkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trunk", abstract: "Manage Zentrunk's trunks.",
        discussion: """
            zentrunk trunk create --name pbx-out --direction outbound --acl office
            zentrunk trunk create --name pbx-in --direction inbound --uri pbx
            """,
        subcommands: [
            CarrierList<TrunkNoun>.self, CarrierGet<TrunkNoun>.self, Create.self, Update.self,
            CarrierDelete<TrunkNoun>.self,
        ])

    /// The objects that a trunk references, each by id or exact name.
    struct References: ParsableArguments {
        @Option(
            help: ArgumentHelp("Inbound: the origination URI that calls go to.", valueName: "id-or-name"),
            completion: URINoun.completion)
        var uri: String?
        @Option(
            help: ArgumentHelp(
                "Inbound: the fallback origination URI, if the primary one fails.", valueName: "id-or-name"),
            completion: URINoun.completion)
        var fallbackUri: String?
        @Option(
            help: ArgumentHelp("Outbound: the credential that clients log in with.", valueName: "id-or-name"),
            completion: CredentialNoun.completion)
        var credential: String?
        @Option(
            help: ArgumentHelp("Outbound: the access list with clients' networks.", valueName: "id-or-name"),
            completion: AccessListNoun.completion)
        var acl: String?
        @Flag(inversion: .prefixedNo, help: "TLS and SRTP with the client (billed per minute).") var secure: Bool?

        /// Returns the referenced objects, which are looked up in parallel.
        func objects(_ client: ZentrunkClient) async throws -> Objects {
            async let primary = Self.object(uri, URINoun.self, client)
            async let fallback = Self.object(fallbackUri, URINoun.self, client)
            async let credential = Self.object(credential, CredentialNoun.self, client)
            async let list = Self.object(acl, AccessListNoun.self, client)
            return try await Objects(uri: primary, fallback: fallback, credential: credential, accessList: list)
        }

        struct Objects {
            var uri: OriginationURIRecord?
            var fallback: OriginationURIRecord?
            var credential: SIPCredential?
            var accessList: IPAccessControlList?

            /// Warns on stderr if a URI does not encrypt although the trunk or the primary URI does.
            func warn(isSecure: Bool) {
                func encrypts(_ record: OriginationURIRecord) -> Bool {
                    (try? OriginationURI(record.uri))?.isSecure ?? false
                }
                func warn(_ sentence: String) { Terminal.err("  \(Style().warning("!")) \(sentence)") }
                if isSecure, let uri, !encrypts(uri) {
                    warn("calls to \(uri.uri) are not encrypted, although the trunk is secure")
                }
                guard let fallback, !encrypts(fallback), isSecure || uri.map(encrypts) == true else { return }
                let contrast = uri.map(encrypts) == true ? "those of the primary URI are" : "the trunk is secure"
                warn("calls that fall back to \(fallback.uri) are not encrypted, although \(contrast)")
            }
        }

        private static func object<Noun: CarrierNoun>(
            _ reference: String?, _ noun: Noun.Type, _ client: ZentrunkClient
        ) async throws -> Noun.Object? {
            guard let reference else { return nil }
            return try await noun.resolve(reference, client)
        }
    }

    struct Create: CarrierCommand {
        typealias Noun = TrunkNoun
        static let configuration = CommandConfiguration(
            abstract: "Create a trunk.",
            discussion: """
                An inbound trunk needs --uri; an outbound one --credential, --acl or both.

                zentrunk trunk create --name pbx-out --direction outbound --credential pbx
                """)

        @Option(help: "Unique name.") var name: String
        @Option(help: ArgumentHelp("inbound or outbound.", valueName: "direction")) var direction: Direction
        @OptionGroup var references: References
        @Flag(help: "Create it disabled.") var disabled = false
        @OptionGroup var preview: DryRunOptions
        @OptionGroup var options: CarrierOptions

        enum Direction: String, Choice { case inbound, outbound }

        func check() throws {
            let foreign =
                direction == .inbound
                ? [("--credential", references.credential), ("--acl", references.acl)]
                : [("--uri", references.uri), ("--fallback-uri", references.fallbackUri)]
            if let option = foreign.first(where: { $0.1 != nil })?.0 {
                throw ZentrunkError(.invalid, "\(option) does not apply to an \(direction.rawValue) trunk")
            }
            if direction == .inbound, references.uri == nil {
                throw ZentrunkError(.invalid, "an inbound trunk needs --uri, the destination of its calls")
            }
            if direction == .outbound, references.credential == nil, references.acl == nil {
                throw ZentrunkError(
                    .invalid, "an outbound trunk needs --credential, --acl or both, to authenticate its callers")
            }
        }

        func run(_ client: ZentrunkClient, _ printer: CarrierPrinter<TrunkNoun>) async throws -> ExitStatus {
            let objects = try await references.objects(client)
            objects.warn(isSecure: references.secure ?? false)
            var draft = try draft(objects)
            draft.isSecure = references.secure
            if disabled { draft.status = .disabled }
            if preview.dryRun {
                printer.wouldCreate(try await client.preview(draft))
            } else {
                printer.created(try await client.create(draft))
            }
            return .done
        }

        private func draft(_ objects: References.Objects) throws(ZentrunkError) -> Trunk.Draft {
            switch (objects.uri?.id, objects.credential?.id, objects.accessList?.id) {
            case (let uri?, _, _): .inbound(name: name, primaryURI: uri, fallbackURI: objects.fallback?.id)
            case (nil, let credential?, let list?): .outbound(name: name, authentication: .both(credential, list))
            case (nil, let credential?, nil): .outbound(name: name, authentication: .credential(credential))
            case (nil, nil, let list?): .outbound(name: name, authentication: .accessList(list))
            case (nil, nil, nil): throw ZentrunkError(.invalid, "a trunk needs --uri, --credential or --acl")
            }
        }
    }

    struct Update: CarrierCommand {
        typealias Noun = TrunkNoun
        static let configuration = CommandConfiguration(
            abstract: "Change a trunk.",
            discussion: """
                Options you omit keep their current value. The direction cannot be changed; the credential and the access list \
                can be exchanged but not removed.

                zentrunk trunk update pbx-in --no-fallback-uri --yes
                """)

        @Argument(help: TrunkNoun.reference, completion: TrunkNoun.completion) var object: String
        @Option(help: "New name.") var name: String?
        @Option(help: ArgumentHelp("enabled or disabled.", valueName: "status")) var status: Status?
        @OptionGroup var references: References
        @Flag(help: "Remove the fallback.") var noFallbackUri = false
        @OptionGroup var consent: ConsentOptions
        @OptionGroup var preview: DryRunOptions
        @OptionGroup var options: CarrierOptions

        enum Status: String, Choice { case enabled, disabled }

        func check() throws {
            if noFallbackUri, references.fallbackUri != nil {
                throw ZentrunkError(.invalid, "--fallback-uri and --no-fallback-uri contradict each other")
            }
            guard name == nil, status == nil, references.secure == nil, !noFallbackUri else { return }
            let given = [references.uri, references.fallbackUri, references.credential, references.acl]
            guard given.contains(where: { $0 != nil }) else { throw ZentrunkError.nothingToChange }
        }

        func run(_ client: ZentrunkClient, _ printer: CarrierPrinter<TrunkNoun>) async throws -> ExitStatus {
            async let trunkToChange = TrunkNoun.resolve(object, client)
            let objects = try await references.objects(client)
            let trunk = try await trunkToChange
            try await warn(objects, of: trunk, client)
            var changes = Trunk.Changes()
            changes.name = name
            changes.status = status.map { Trunk.Status(rawValue: $0.rawValue) }
            changes.isSecure = references.secure
            changes.primaryURI = objects.uri?.id
            changes.fallback = noFallbackUri ? .removed : objects.fallback.map { .uri($0.id) }
            changes.credential = objects.credential?.id
            changes.accessList = objects.accessList?.id
            let wanted = changes
            return try await CarrierUpdate<TrunkNoun>(object: trunk, changes: client.differences(trunk, wanted)).run(
                consent, preview, client: client, printer: printer
            ) { try await client.update(trunk, wanted) }
        }

        /// Compares the URIs that the trunk will have. It may have one of them already.
        private func warn(
            _ given: References.Objects, of trunk: Trunk, _ client: ZentrunkClient
        ) async throws {
            guard !noFallbackUri, given.uri != nil || given.fallback != nil || references.secure == true else { return }
            var both = given
            if both.uri == nil, let id = trunk.primaryURI { both.uri = try await client.uris.get(id: id) }
            if both.fallback == nil, let id = trunk.fallbackURI { both.fallback = try await client.uris.get(id: id) }
            both.warn(isSecure: references.secure ?? trunk.isSecure)
        }
    }
}
