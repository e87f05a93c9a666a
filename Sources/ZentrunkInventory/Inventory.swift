@_spi(Adapter) package import ZentrunkCore
@_spi(Adapter) package import ZentrunkPlivo

/// The objects of an account at the carrier and at platforms, joined: where each number leads, which trunk each platform
/// dials, and what does not fit.
package struct Inventory: Sendable {
    /// An object of the carrier or of a platform.
    package struct Item: Sendable, Hashable {
        /// The side that keeps the object.
        package var side: Side
        /// The platform; nil for the carrier.
        package var platform: PlatformID?
        /// The account's id at its side.
        package var account: String
        /// The kind's name: `zentrunk.trunk`.
        package var kind: String
        /// The vendor's id.
        package var id: String
        /// The kind's name in messages: `trunk`.
        package var title: String
        /// The object's name.
        package var name: String?
        /// The connection after which the object is named.
        package var connection: CallOwners.Owner?

        /// What identifies the object among all others: `zentrunk.trunk/81234567890123456`.
        package var key: String { "\(kind)/\(id)" }
        /// The object in messages: `trunk "support" (81234567890123456)`.
        package var label: String {
            kind == Inventory.numberKind
                ? "number +\(id)" : name.map { "\(title) \"\($0)\" (\(id))" } ?? "\(title) \(id)"
        }
    }

    /// A destination of a trunk's calls.
    package struct Target: Sendable, Hashable {
        /// The origination URI.
        package var uri: Item
        /// The URI's text, without a password.
        package var text: String
        /// The host; nil if the text is not a URI.
        package var host: String?
        /// The platform that takes calls at the host; nil if it is not known.
        package var platform: PlatformID?
        /// Whether it takes only calls that the primary one fails to take.
        package var isFallback: Bool
    }

    /// A platform's objects about a number.
    package struct Record: Sendable, Hashable {
        /// The platform.
        package var platform: PlatformID
        /// The platform account.
        package var account: String
        /// The objects that hold the number, and those that they are joined with.
        package var items: [Item]
        /// What answers, in words; nil if the objects do not say.
        package var answer: String?
    }

    /// Where the calls of a number lead.
    package struct Number: Sendable, Hashable {
        /// The number.
        package var number: PhoneNumber
        /// Whether the carrier's account has the number.
        package var isOnAccount: Bool
        /// The trunk; nil if the number has no trunk, or one that does not exist.
        package var trunk: Item?
        /// The id of a trunk that the number is routed to and that does not exist.
        package var lostTrunk: Trunk.ID?
        /// The application; nil if the number has none.
        package var application: String?
        /// The destinations of the trunk.
        package var targets: [Target]
        /// What platforms have about inbound calls of the number.
        package var records: [Record]
        /// The connection that the number belongs to by its trunk.
        package var connection: CallOwners.Owner?
    }

    /// An object of a platform that dials a trunk of the carrier.
    package struct Dialling: Sendable, Hashable {
        /// The object.
        package var item: Item
        /// The address that it dials.
        package var address: String
        /// The trunk; nil if the account has none of that id.
        package var trunk: Item?
        /// What authenticates the calls: the trunk's credential and access list.
        package var logins: [Item]
        /// The connection after which the object is named.
        package var connection: CallOwners.Owner?
    }

    /// A reference from one object to another.
    package struct Link: Sendable, Hashable {
        /// The key of the referencing object.
        package var from: String
        /// The key of the referenced object, or `host/NAME`.
        package var to: String
        /// What the reference means: `primary`, `dials`.
        package var label: String
    }

    /// Something that does not fit.
    package struct Finding: Sendable, Hashable {
        /// How much it matters.
        package enum Weight: String, Sendable, Hashable, CaseIterable {
            /// Calls fail, or may fail.
            case problem
            /// Calls work; it may be intended.
            case note
        }

        /// A stable name: `trunk-disabled`.
        package var code: String
        /// How much it matters.
        package var weight: Weight
        /// The side where it can be changed.
        package var side: Side
        /// The objects, the one to change first.
        package var items: [Item]
        /// One sentence.
        package var message: String
        /// What to do, the most likely first.
        package var remedies: [Remedy]
    }

    /// The kind of numbers of the carrier's account.
    static let numberKind = "plivo.number-route"

    /// The carrier account's id.
    package internal(set) var carrierAccount: String
    /// The accounts of platforms that were read.
    package internal(set) var places: [(platform: PlatformID, title: String, account: String)]
    /// All numbers of the account, and those that platforms have for it; sorted.
    package internal(set) var numbers: [Number] = []
    /// All objects of platforms that dial trunks of the carrier.
    package internal(set) var dialling: [Dialling] = []
    /// All objects.
    package internal(set) var items: [Item] = []
    /// All references.
    package internal(set) var links: [Link] = []
    /// What does not fit, problems first.
    package internal(set) var findings: [Finding] = []

    /// Joins the objects of a source. The effort grows with the number of objects, not with its square.
    package init(_ source: InventorySource) {
        carrierAccount = source.carrierAccount
        places = source.places.map { ($0.platform.id, $0.platform.title, $0.account) }
        var join = InventoryJoin(source)
        join.run()
        numbers = join.numbers
        dialling = join.dialling
        items = join.items
        links = join.links
        findings = InventoryCheck(join).findings.enumerated().sorted { left, right in
            (left.element.weight == .problem ? 0 : 1, left.offset)
                < (right.element.weight == .problem ? 0 : 1, right.offset)
        }.map(\.element)
    }

    /// Whether calls fail, or may fail, because of a finding.
    package var hasProblems: Bool { findings.contains { $0.weight == .problem } }
}
