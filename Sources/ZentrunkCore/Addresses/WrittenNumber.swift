/// A phone number as a person typed it or a spreadsheet saved it: `+1 (415) 555-0100`, `tel:+1-415-555-0100`,
/// `'14155550100`, `="+14155550100"`, `14155550100.0`.
///
/// What spreadsheets do to numbers is undone where that needs no guess, and named where it would.
public struct WrittenNumber: Sendable, Hashable {
    public let number: PhoneNumber
    /// Whether a plus stood in front. Without one, only the account can tell whether the digits begin with a country code:
    /// see ``ConnectionRequest/withoutPlus``.
    public let hasPlus: Bool

    /// - Throws: ``AddressError`` that quotes the text and says how to write it.
    public init(_ text: String) throws(AddressError) {
        func refuse(_ reason: String) -> AddressError {
            AddressError(what: "phone number", text: OriginationURI.masked(text), reason: reason)
        }
        let spelling = Self.withoutGuards(text)
        if let reason = Self.damage(spelling) { throw refuse(reason) }
        var rest = spelling[...]
        hasPlus = rest.first == "+"
        if hasPlus { rest = rest.dropFirst() }
        guard !rest.contains("(0)") else {
            throw refuse("leave out the (0): it is not dialled together with a country code")
        }
        var digits = ""
        for character in Self.withoutGroups(rest) {
            if character.isASCII, character.isWholeNumber {
                digits.append(character)
            } else if !Self.separators.contains(character) {
                throw refuse("\"\(character)\" does not belong in a phone number")
            }
        }
        if hasPlus, digits.first == "0" { throw refuse("a country code does not begin with 0") }
        // A trunk zero, or a prefix for calls abroad, may stand before a number that the account has.
        let longest = hasPlus ? 15 : 18
        guard (7...longest).contains(digits.count) else {
            throw refuse("it has \(digits.count) digits; E.164 numbers have 7 to 15, country code included")
        }
        // The North American plan is the one whose numbers have a single length, so a lost digit can be seen.
        guard !hasPlus || digits.first != "1" || digits.count == 11 else {
            throw refuse("numbers of country code 1 have 10 digits after it, this one has \(digits.count - 1)")
        }
        guard let number = PhoneNumber(vendorSpelling: digits) else { throw refuse("it holds no digits") }
        self.number = number
    }

    /// The text without what only says "this is text": margins, invisible marks, `tel:`, the apostrophe before a cell's text,
    /// `="…"`, and the `.00` behind a whole number.
    private static func withoutGuards(_ text: String) -> String {
        var spelling = text.withoutInvisibleMarks().withoutMargins()
        if spelling.first == "=" {
            spelling = String(spelling.dropFirst()).withoutMargins()
            if spelling.count > 1, spelling.first == "\"", spelling.last == "\"" {
                spelling = String(spelling.dropFirst().dropLast()).withoutMargins()
            }
        }
        if let first = spelling.first, "'\u{2019}\u{2018}\u{2BC}".contains(first), !spelling.isQuoted {
            spelling = String(spelling.dropFirst()).withoutMargins()
        }
        if spelling.lowercased().hasPrefix("tel:") { spelling = String(spelling.dropFirst(4)).withoutMargins() }
        if let whole = spelling.wholeMatch(of: /(\+?(?:\d{7,}|\d{1,3}(?:,\d{3})+))\.0+/)?.1
            ?? spelling.wholeMatch(of: /(\+?(?:\d{7,}|\d{1,3}(?:\.\d{3})+)),0+/)?.1
        {
            spelling = String(whole)
        }
        return spelling
    }

    /// Why nothing but a guess would bring the number back; nil when nothing is lost.
    private static func damage(_ spelling: String) -> String? {
        let asText = "format the column as text and export again"
        guard let first = spelling.first else { return "it is empty" }
        if spelling.isQuoted { return "it is in quotes, which are not part of it: write it without them" }
        if first == "#" {
            return "a spreadsheet shows an error or a column that is too narrow here: \(asText)"
        }
        if isShortened(spelling) { return "a spreadsheet shortened this number: \(asText)" }
        // A dot alone may be a separator behind a country code, as in +1.4155550100; elsewhere it is a decimal's.
        if spelling.wholeMatch(of: /\+?\d*[.,]\d+/) != nil, spelling.wholeMatch(of: /\+\d{1,3}\.\d+/) == nil {
            return "a spreadsheet may have made a decimal number of it: \(asText)"
        }
        if first == "-" { return "a spreadsheet may have taken it for a subtraction: \(asText)" }
        if spelling.dropFirst().contains("+") {
            return "it has a plus inside: write one number at a time, with one plus in front"
        }
        return nil
    }

    /// `1.41556E+10`, `1,41556e10`
    private static func isShortened(_ spelling: String) -> Bool {
        spelling.contains { $0 == "E" || $0 == "e" }
            && spelling.wholeMatch(of: /[+-]?\d+([.,]\d+)?[eE][+-]?\d{1,3}/) != nil
    }

    /// Whether the text can only be meant as a number, although it may be none that can be used: digits and signs alone, and
    /// not just a few of them.
    package static func isMeant(by text: String) -> Bool {
        let spelling = withoutGuards(text)
        if isShortened(spelling) { return true }
        let digits = spelling.utf8.count { (48...57).contains($0) }
        return !spelling.contains(where: \.isLetter) && digits > 2 && (spelling.first == "+" || digits > 6)
    }

    /// The digits of a number that a spreadsheet grouped by thousands: `14,155,550,100`.
    private static func withoutGroups(_ spelling: Substring) -> String {
        guard spelling.contains(","), spelling.wholeMatch(of: /\d{1,3}(,\d{3})+/) != nil else {
            return String(spelling)
        }
        return String(spelling.filter { $0 != "," })
    }

    private static let separators: Set<Character> = [
        " ", "-", ".", "(", ")", "/", "\u{A0}", "\u{202F}", "\u{2007}", "\u{2009}", "\u{2010}", "\u{2011}", "\u{2012}",
        "\u{2013}", "\u{2212}",
    ]
}
