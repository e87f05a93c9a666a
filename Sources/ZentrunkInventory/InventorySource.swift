@_spi(Adapter) package import ZentrunkCore
@_spi(Adapter) package import ZentrunkPlivo

/// All objects of an account at the carrier and at platforms, as they were read.
package struct InventorySource: Sendable {
    /// A platform that is known, whether or not its keys are set.
    package struct KnownPlatform: Sendable {
        /// The short name.
        package var id: PlatformID
        /// The vendor's name.
        package var title: String
        /// The platform's SIP side.
        package var facts: SIPFacts

        /// Creates a platform.
        package init(id: PlatformID, title: String, facts: SIPFacts) {
            self.id = id
            self.title = title
            self.facts = facts
        }
    }

    /// The objects of one account at a platform.
    package struct Place: Sendable {
        /// The platform.
        package var platform: KnownPlatform
        /// The platform account, as the adapter identifies it.
        package var account: String
        /// The platform's kinds.
        package var kinds: [KindDescription]
        /// All objects, by kind.
        package var objects: [String: [LiveObject]]

        /// Creates a place.
        package init(
            platform: KnownPlatform, account: String, kinds: [KindDescription], objects: [String: [LiveObject]]
        ) {
            self.platform = platform
            self.account = account
            self.kinds = kinds
            self.objects = objects
        }
    }

    /// The carrier account's id.
    package var carrierAccount: String
    /// The account's numbers.
    package var numbers: [NumberRecord] = []
    /// The account's trunks.
    package var trunks: [Trunk] = []
    /// The account's origination URIs.
    package var uris: [OriginationURIRecord] = []
    /// The account's credentials.
    package var credentials: [SIPCredential] = []
    /// The account's IP access control lists.
    package var accessLists: [IPAccessControlList] = []
    /// The accounts of platforms that were read.
    package var places: [Place] = []
    /// All platforms, by which hosts are recognised.
    package var platforms: [KnownPlatform] = []
    /// The networks that the carrier's calls come from.
    package var carrierNetworks: [IPNetwork] = []

    /// Creates a source without objects.
    package init(carrierAccount: String) { self.carrierAccount = carrierAccount }
}

extension InventorySource {
    /// Reads each list of the carrier and of the platforms once, all of them concurrently.
    ///
    /// - Parameters:
    ///   - places: The platforms' accounts. One that cannot be read does not affect the others.
    /// - Returns: The objects, and the error of each place that could not be read, by its position.
    /// - Throws: `ZentrunkError` if a list of the carrier cannot be read, `CancellationError`.
    package static func read(
        _ account: PlivoAccount, places: [(platform: KnownPlatform, adapter: any PlatformAdapter)],
        platforms: [KnownPlatform]
    ) async throws -> (source: InventorySource, problems: [Int: ZentrunkError]) {
        let client = ZentrunkClient(account)
        async let numbers = client.numbers.list()
        async let trunks = client.trunks.list()
        async let uris = client.uris.list()
        async let credentials = client.credentials.list()
        async let accessLists = client.accessLists.list()
        async let found = concurrently(places) { place in try await read(place.platform, place.adapter) }
        var source = InventorySource(carrierAccount: account.account)
        source.numbers = try await numbers
        source.trunks = try await trunks
        source.uris = try await uris
        source.credentials = try await credentials
        source.accessLists = try await accessLists
        source.platforms = platforms
        source.carrierNetworks = try PlivoAccount.signallingNetworks.map { try IPNetwork($0) }
        var problems: [Int: ZentrunkError] = [:]
        for (index, result) in try await found.enumerated() {
            switch result {
            case .success(let place): source.places.append(place)
            case .failure(let error): problems[index] = error
            }
        }
        return (source, problems)
    }

    private static func read(
        _ platform: KnownPlatform, _ adapter: any PlatformAdapter
    ) async throws -> Result<Place, ZentrunkError> {
        do {
            let lists = try await concurrently(adapter.kinds) { kind in
                (kind.description, try await kind.find(.everything))
            }
            return .success(
                Place(
                    platform: platform, account: adapter.account, kinds: lists.map(\.0),
                    objects: Dictionary(lists.map { ($0.0.name, $0.1) }) { first, _ in first }))
        } catch let error as CancellationError { throw error } catch {
            return .failure(ZentrunkError.explaining(error))
        }
    }
}
