/// A phone number in E.164: a plus, the country code, the subscriber's number. <https://www.itu.int/rec/T-REC-E.164>
public struct PhoneNumber: Sendable, Hashable {
    /// The digits with the plus in front: `+14155550100`.
    public let e164: String

    /// The digits alone, as Plivo's number paths want them: `14155550100`.
    public var digits: String { String(e164.dropFirst()) }

    /// Reads a number as people write it: `+1 (415) 555-0100`, `tel:+1-415-555-0100`, `+1.415.555.0100`.
    ///
    /// The country code is never guessed: what does not begin with a plus is refused. ``WrittenNumber`` reads such a number
    /// for the account to decide.
    ///
    /// - Throws: ``AddressError`` that quotes the text and says how to write it.
    public init(_ text: String) throws(AddressError) {
        let written = try WrittenNumber(text)
        guard written.hasPlus else {
            throw AddressError(
                what: "phone number", text: text,
                reason: "write it with + and the country code, as in +14155550100; a country code is never guessed")
        }
        self = written.number
    }

    /// The number that a vendor shows, with or without its plus, as somebody may have typed it there: with blanks, hyphens and
    /// brackets. nil when it holds anything else but digits.
    public init?(vendorSpelling text: String) {
        let digits = (text.first == "+" ? text.dropFirst() : text[...]).filter { !" -()".contains($0) }
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isWholeNumber }) else { return nil }
        e164 = "+" + digits
    }
}

extension PhoneNumber: CustomStringConvertible, Comparable {
    public var description: String { e164 }
    public static func < (left: PhoneNumber, right: PhoneNumber) -> Bool { left.e164 < right.e164 }
}

extension PhoneNumber {
    /// `, did you mean +442079460000?`, or nothing: the numbers that this one is a slip of the fingers away from.
    ///
    /// A slip is a digit too many, such as a trunk zero behind the country code, a digit too few, and a country code that is
    /// missing or stands behind zeros. Another digit in a digit's place is none: numbers are rented in blocks, so that a
    /// neighbour would always be found.
    ///
    /// - Parameter owned: The numbers that can be meant.
    public func hint(among owned: some Sequence<PhoneNumber>) -> String {
        let near = Set(owned.filter(isNear)).sorted().prefix(3).map(\.e164)
        guard let last = near.last else { return "" }
        let first = near.dropLast().joined(separator: ", ")
        return ", did you mean \(first.isEmpty ? "" : first + " or ")\(last)?"
    }

    private func isNear(_ other: PhoneNumber) -> Bool {
        // Most of a large account's numbers are as long as this one, and then only zeros in front could make a difference.
        guard e164.utf8.count != other.e164.utf8.count || e164.hasPrefix("+0") else { return false }
        let (own, theirs) = (Array(digits.utf8), Array(other.digits.utf8))
        let zero = UInt8(ascii: "0")
        let bare = own.drop { $0 == zero }
        // +4420… written as 004420…, 02079460000 or 2079460000.
        if own != theirs, bare.count >= 7, theirs.count - bare.count <= 3, theirs.suffix(bare.count) == bare {
            return true
        }
        let (longer, shorter) = own.count > theirs.count ? (own, theirs) : (theirs, own)
        guard longer.count == shorter.count + 1 else { return false }
        let same = zip(longer, shorter).prefix { $0 == $1 }.count
        return longer.dropFirst(same + 1).elementsEqual(shorter.dropFirst(same))
    }
}
