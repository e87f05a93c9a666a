/// A phone number as typed by a person or saved by a spreadsheet: `+1 (415) 555-0100`, `tel:+1-415-555-0100`,
/// `'14155550100`, `="+14155550100"`, `14155550100.0`.
///
/// Changes by spreadsheets are reverted if the result is certain, and reported otherwise.
@_spi(Adapter) public struct WrittenNumber: Sendable, Hashable {
    /// The number.
    public let number: PhoneNumber
    /// Whether the number was written with a plus. Otherwise only the account can show whether the digits begin with a
    /// country code: see ``ConnectionRequest/withoutPlus``.
    public let hasPlus: Bool

    /// Parses a number.
    ///
    /// - Throws: ``AddressError``, which quotes the text and describes the correct form.
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
        // A trunk zero or an international prefix may precede a number of the account.
        let longest = hasPlus ? 15 : 18
        guard (7...longest).contains(digits.count) else {
            throw refuse("it has \(digits.count) digits; E.164 numbers have 7 to 15, country code included")
        }
        // Numbers of the North American plan all have the same length, so that a lost digit can be detected.
        guard !hasPlus || digits.first != "1" || digits.count == 11 else {
            throw refuse("numbers of country code 1 have 10 digits after it, this one has \(digits.count - 1)")
        }
        guard let number = PhoneNumber(vendorSpelling: digits) else { throw refuse("it holds no digits") }
        self.number = number
    }

    /// Returns the text without everything that only marks it as text: margins, invisible marks, `tel:`, the apostrophe
    /// of a text cell, `="…"`, and the `.00` after a whole number.
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

    /// Returns the reason why the number cannot be recovered; nil if it is undamaged.
    private static func damage(_ spelling: String) -> String? {
        let asText = "format the column as text and export again"
        guard let first = spelling.first else { return "it is empty" }
        if spelling.isQuoted { return "it is in quotes, which are not part of it: write it without them" }
        if first == "#" {
            return "a spreadsheet shows an error or a column that is too narrow here: \(asText)"
        }
        if isShortened(spelling) { return "a spreadsheet shortened this number: \(asText)" }
        // A single dot may be a separator after a country code, as in +1.4155550100; elsewhere it is a decimal point.
        if spelling.wholeMatch(of: /\+?\d*[.,]\d+/) != nil, spelling.wholeMatch(of: /\+\d{1,3}\.\d+/) == nil {
            return "a spreadsheet may have made a decimal number of it: \(asText)"
        }
        if first == "-" { return "a spreadsheet may have taken it for a subtraction: \(asText)" }
        if spelling.dropFirst().contains("+") {
            return "it has a plus inside: write one number at a time, with one plus in front"
        }
        return nil
    }

    /// Whether the number is in scientific notation: `1.41556E+10`, `1,41556e10`.
    private static func isShortened(_ spelling: String) -> Bool {
        spelling.contains { $0 == "E" || $0 == "e" }
            && spelling.wholeMatch(of: /[+-]?\d+([.,]\d+)?[eE][+-]?\d{1,3}/) != nil
    }

    /// Whether the text can only be intended as a number, even if an invalid one: digits and separators alone, and more
    /// than a few of them.
    package static func isMeant(by text: String) -> Bool {
        let spelling = withoutGuards(text)
        if isShortened(spelling) { return true }
        let digits = spelling.utf8.count { (48...57).contains($0) }
        return !spelling.contains(where: \.isLetter) && digits > 2 && (spelling.first == "+" || digits > 6)
    }

    /// Returns the digits of a number with thousands separators: `14,155,550,100`.
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
