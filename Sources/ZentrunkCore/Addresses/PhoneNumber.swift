/// A phone number in E.164: a plus, the country code, the subscriber's number. <https://www.itu.int/rec/T-REC-E.164>
public struct PhoneNumber: Sendable, Hashable {
    /// The digits with the plus in front: `+14155550100`.
    public let e164: String

    /// The digits alone, as Plivo's number paths want them: `14155550100`.
    public var digits: String { String(e164.dropFirst()) }

    /// Reads a number as people write it: `+1 (415) 555-0100`, `tel:+1-415-555-0100`, `+1.415.555.0100`.
    ///
    /// The country code is never guessed: what does not begin with a plus is refused.
    ///
    /// - Throws: ``AddressError`` that quotes the text and says how to write it.
    public init(_ text: String) throws(AddressError) {
        func refuse(_ reason: String) -> AddressError { AddressError(what: "phone number", text: text, reason: reason) }
        var spelling = text.drop { $0 == " " }
        if spelling.lowercased().hasPrefix("tel:") { spelling = spelling.dropFirst(4) }
        guard spelling.first == "+" else {
            throw refuse("write it with + and the country code, as in +14155550100; a country code is never guessed")
        }
        guard !spelling.contains("(0)") else {
            throw refuse("leave out the (0): it is not dialled together with a country code")
        }
        var digits = ""
        for character in spelling.dropFirst() {
            if character.isASCII, character.isWholeNumber {
                digits.append(character)
            } else if !Self.separators.contains(character) {
                throw refuse("\"\(character)\" does not belong in a phone number")
            }
        }
        guard digits.first != "0" else { throw refuse("a country code does not begin with 0") }
        guard (7...15).contains(digits.count) else {
            throw refuse("it has \(digits.count) digits; E.164 numbers have 7 to 15, country code included")
        }
        // The North American plan is the one whose numbers have a single length, so a lost digit can be seen.
        guard digits.first != "1" || digits.count == 11 else {
            throw refuse("numbers of country code 1 have 10 digits after it, this one has \(digits.count - 1)")
        }
        e164 = "+" + digits
    }

    /// The number that a vendor shows, with or without its plus, as somebody may have typed it there: with blanks, hyphens and
    /// brackets. nil when it holds anything else but digits.
    public init?(vendorSpelling text: String) {
        let digits = (text.first == "+" ? text.dropFirst() : text[...]).filter { !" -()".contains($0) }
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isWholeNumber }) else { return nil }
        e164 = "+" + digits
    }

    private static let separators: Set<Character> = [
        " ", "-", ".", "(", ")", "/", "\u{A0}", "\u{2010}", "\u{2011}", "\u{2013}",
    ]
}

extension PhoneNumber: CustomStringConvertible, Comparable {
    public var description: String { e164 }
    public static func < (left: PhoneNumber, right: PhoneNumber) -> Bool { left.e164 < right.e164 }
}
