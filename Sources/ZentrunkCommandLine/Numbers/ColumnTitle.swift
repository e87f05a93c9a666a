/// A column heading in a file of numbers.
struct ColumnTitle {
    /// The heading without case and punctuation: `Phone_Number` and `phone number` are the same.
    private let plain: String
    private let words: [String]

    init(_ cell: String) {
        words = cell.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        plain = words.joined()
    }

    /// Whether a cell of the first row is a heading: it starts with a letter, and is neither a damaged number nor a
    /// word for a missing value.
    static func isOne(_ cell: String) -> Bool {
        guard let first = cell.first(where: { $0.isLetter || $0.isNumber }), first.isLetter else { return false }
        return !isSpoiledNumber(cell) && !Self.missing.contains(ColumnTitle(cell).plain)
    }

    /// Whether the text contains a number with extra characters: `+1415555O103`, `sip:+14155550100@example.com`.
    static func isSpoiledNumber(_ cell: String) -> Bool {
        let runs = cell.split { !$0.isWholeNumber }.map(\.count)
        return (runs.max() ?? 0) > 4 || runs.reduce(0, +) > 6 || cell.contains(/\+[\s(]*\d/)
    }

    /// Whether the heading names phone numbers: `Phone`, `Work phone 2`, `Tel. no.`
    var namesNumbers: Bool {
        guard !namesFax else { return false }
        if Self.names.contains(plain) { return true }
        guard let last = words.last(where: { !Self.additions.contains($0) && !$0.allSatisfy(\.isNumber) }) else {
            return false
        }
        return Self.names.contains(last) && !mayCount(last) || Self.endings.contains { last.hasSuffix($0) }
    }

    var namesFax: Bool { plain.contains("fax") }

    /// Whether the heading may also belong to row numbers.
    var mayCount: Bool { mayCount(plain) }

    private func mayCount(_ name: String) -> Bool { ["number", "numbers"].contains(name) }

    private static let names: Set<String> = [
        "number", "numbers", "phone", "phones", "phonenumber", "phonenumbers", "phoneno", "telephone",
        "telephonenumber", "tel", "telno", "mobile", "mobilenumber", "mobilephone", "cell", "cellphone", "msisdn",
        "did",
        "dids", "didnumber", "e164", "virtualnumber",
    ]
    private static let endings = ["phone", "phonenumber", "telefon", "telefonnummer", "rufnummer"]
    /// Words that can follow the type of a number.
    private static let additions: Set<String> = ["number", "numbers", "no", "nr", "num", "e164", "e"]
    private static let missing: Set<String> = [
        "na", "nan", "none", "null", "nil", "unknown", "undefined", "tbd", "missing",
    ]
}
