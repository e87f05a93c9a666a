@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// The known causes of codes, phrases and statuses, of the carrier and of all platforms.
///
/// It is a file of this package and needs no network. What it does not have is unknown: the table never guesses.
///
///     let table = try CauseTable.bundled
///     for cause in table.explain("4150", direction: .inbound, platform: "vapi").causes {
///         print(cause.owner.rawValue, cause.meaning, cause.step)
///     }
public struct CauseTable: Sendable {
    /// The sets of codes, in the order of the file.
    public let sets: [CodeSet]
    /// All causes, in the order of the file.
    public let causes: [Cause]

    /// The positions in ``causes``, by set and code; without the causes of prefixes.
    private let positions: [CodeSet.ID: [String: [Int]]]
    /// The positions of the causes of prefixes, by set.
    private let prefixes: [CodeSet.ID: [Int]]

    /// The table of this package.
    ///
    /// - Throws: `JSONDecodingError` or `JSONSyntaxError` if the package is damaged.
    public static var bundled: CauseTable { get throws { try parsed.get() } }

    private static let parsed = Result { try CauseTable(parsing: PackageResources.causes_json) }

    /// Reads a table.
    ///
    /// - Throws: `JSONSyntaxError`; `JSONDecodingError` for an unknown owner, direction, kind of evidence, source, remedy
    ///   or member.
    public init(parsing bytes: [UInt8]) throws {
        let document = JSONCursor(try JSONValue(parsing: bytes))
        try document.refuseMembers(except: ["version", "sources", "sets"])
        guard try document.member("version").integer() == 1 else { throw try document.member("version").mismatch("1") }
        let sources = try CauseReader.sources(document.member("sources"))
        var sets: [CodeSet] = []
        var causes: [Cause] = []
        for cursor in try document.member("sets").elements() {
            let set = try CauseReader.set(cursor)
            sets.append(set)
            causes += try cursor.member("causes").elements().map { try CauseReader.cause($0, of: set, sources) }
        }
        self.sets = sets
        self.causes = causes
        var positions: [CodeSet.ID: [String: [Int]]] = [:]
        var prefixes: [CodeSet.ID: [Int]] = [:]
        for (position, cause) in causes.enumerated() {
            if cause.isPrefix {
                prefixes[cause.set.id, default: []].append(position)
            } else {
                positions[cause.set.id, default: [:]][cause.code, default: []].append(position)
            }
        }
        self.positions = positions
        self.prefixes = prefixes
    }

    /// Returns the causes of a code that a vendor's API returned.
    ///
    /// - Parameters:
    ///   - code: The entire code.
    ///   - set: The set that the code belongs to.
    ///   - direction: The direction of the call; `any` if it is unknown.
    /// - Returns: The causes of exactly this code, or else those of its longest known prefix. Causes of the direction are
    ///   first; causes of the other direction are left out. Empty if the code is unknown.
    public func causes(of code: String, in set: CodeSet.ID, direction: Cause.Direction = .any) -> [Cause] {
        let exact = (positions[set]?[code] ?? []).map { causes[$0] }
        return (exact.isEmpty ? causes(ofPrefixOf: code, in: set) : exact).applying(to: direction)
    }

    /// Returns the causes of the longest prefix of a code that the set has.
    func causes(ofPrefixOf code: String, in set: CodeSet.ID) -> [Cause] {
        let fitting = (prefixes[set] ?? []).map { causes[$0] }.filter { code.hasPrefix($0.code) }
        let longest = fitting.map(\.code.count).max()
        return fitting.filter { $0.code.count == longest }
    }

    /// Returns the causes of exactly this code in a set, in both directions.
    func causes(ofExactly code: String, in set: CodeSet.ID) -> [Cause] {
        (positions[set]?[code] ?? []).map { causes[$0] }
    }
}

extension [Cause] {
    /// Returns the causes that apply to calls of a direction: first those of the direction, then those of both.
    func applying(to direction: Cause.Direction) -> [Cause] {
        direction == .any
            ? self : filter { $0.direction == direction } + filter { $0.direction == .any }
    }
}
