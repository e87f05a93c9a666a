/// A phone number in E.164: a plus, the country code and the subscriber's number. <https://www.itu.int/rec/T-REC-E.164>
public struct PhoneNumber: Sendable, Hashable {
    /// The number with the plus: `+14155550100`.
    public let e164: String

    /// The digits without the plus, as in Plivo's number paths: `14155550100`.
    public var digits: String { String(e164.dropFirst()) }

    /// Parses a number in common spellings: `+1 (415) 555-0100`, `tel:+1-415-555-0100`, `+1.415.555.0100`.
    ///
    /// The country code is never guessed: text without a plus is refused. ``WrittenNumber`` parses such a number, which
    /// is then compared with those of the account.
    ///
    /// - Throws: ``AddressError``, which quotes the text and describes the correct form.
    public init(_ text: String) throws(AddressError) {
        let written = try WrittenNumber(text)
        guard written.hasPlus else {
            throw AddressError(
                what: "phone number", text: text,
                reason: "write it with + and the country code, as in +14155550100; a country code is never guessed")
        }
        self = written.number
    }

    /// Parses a number in a vendor's object, where it may have been entered by hand: with or without the plus, with
    /// blanks, hyphens and brackets. nil if there are other characters.
    public init?(vendorSpelling text: String) {
        let digits = (text.first == "+" ? text.dropFirst() : text[...]).filter { !" -()".contains($0) }
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isWholeNumber }) else { return nil }
        e164 = "+" + digits
    }
}

extension PhoneNumber: CustomStringConvertible, Comparable {
    /// The number with the plus.
    public var description: String { e164 }
    /// Orders by the text of the number.
    public static func < (left: PhoneNumber, right: PhoneNumber) -> Bool { left.e164 < right.e164 }
}

extension PhoneNumber {
    /// Returns `, did you mean +442079460000?`, or an empty text: the numbers that differ from this one by a typing
    /// error.
    ///
    /// A typing error is an additional digit, such as a trunk zero after the country code, a missing digit, or a
    /// country code that is missing or preceded by zeros. A replaced digit does not count: numbers are rented in
    /// blocks, so there would always be a similar one.
    ///
    /// - Parameter owned: The candidates.
    public func hint(among owned: some Sequence<PhoneNumber>) -> String {
        let near = Set(owned.filter(isNear)).sorted().prefix(3).map(\.e164)
        guard let last = near.last else { return "" }
        let first = near.dropLast().joined(separator: ", ")
        return ", did you mean \(first.isEmpty ? "" : first + " or ")\(last)?"
    }

    private func isNear(_ other: PhoneNumber) -> Bool {
        // Most numbers of a large account have the same length, and then only leading zeros could differ.
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

extension [PhoneNumber] {
    /// Appends the numbers that are not in the list yet. There may be thousands of them, so the list is not searched.
    mutating func add(_ more: [PhoneNumber]) {
        var known = Set(self)
        for number in more where known.insert(number).inserted { append(number) }
    }
}
