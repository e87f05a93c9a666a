/// Normalises text that a person enters: an option, a setting, a line of a profile, a cell of a file.
extension String {
    /// Returns the text without surrounding white space and invisible marks, which copying from pages and spreadsheets
    /// adds.
    package func withoutMargins() -> String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.isMargin }),
            let last = scalars.lastIndex(where: { !$0.isMargin })
        else { return "" }
        return String(scalars[first...last])
    }

    /// Returns the text without invisible marks at any position.
    package func withoutInvisibleMarks() -> String {
        guard unicodeScalars.contains(where: \.isInvisible) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.filter { !$0.isInvisible }))
    }

    /// Whether the text is enclosed in quotes of any kind, straight or typographic.
    package var isQuoted: Bool {
        guard unicodeScalars.count > 1, let first = unicodeScalars.first, let last = unicodeScalars.last else {
            return false
        }
        return first.isQuote && last.isQuote
    }

    /// Returns the text as the value of an environment variable: without margins.
    ///
    /// A shell removes quotes; programs that read files, such as `docker run --env-file`, keep them.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`, which names the variable, for a value in quotes.
    package func value(of variable: String) throws(ZentrunkError) -> String {
        let text = withoutMargins()
        guard !text.isQuoted else {
            throw ZentrunkError(
                .invalid, "the value of \(variable) is in quotes, which are not part of it: write it without them")
        }
        return text
    }

    /// Whether the text contains a quote of any kind.
    package var holdsQuotes: Bool { unicodeScalars.contains(where: \.isQuote) }

    /// Why the text cannot be a vendor's id; nil if it can.
    ///
    /// Ids are opaque, so only characters that no known vendor id contains are refused: white space, quotes, invisible
    /// marks, and the special characters of URLs, placeholders and shells.
    package var idObjection: String? {
        if holdsQuotes { return "it holds quotes, which are not part of an id" }
        if unicodeScalars.contains(where: \.isInvisible) {
            return "it contains an invisible character, as copying from a page adds: type it by hand"
        }
        if unicodeScalars.contains(where: \.properties.isWhitespace) { return "an id holds no white space" }
        if contains("://") { return "it is a URL: give the id alone" }
        guard let odd = unicodeScalars.first(where: { !$0.isIDCharacter }) else { return nil }
        return "an id holds letters, digits and -_.:~@+=, and not \"\(String(odd))\""
    }
}

extension Unicode.Scalar {
    fileprivate var isMargin: Bool { properties.isWhitespace || isInvisible }

    /// Whether the scalar has no glyph: byte order marks, joiners, direction marks, soft hyphens, fillers.
    fileprivate var isInvisible: Bool {
        properties.isDefaultIgnorableCodePoint || properties.generalCategory == .format || self == "\u{2800}"
    }

    /// Whether the scalar is `"`, `'`, `` ` ``, `´` or a typographic quote.
    fileprivate var isQuote: Bool { properties.isQuotationMark || self == "`" || self == "\u{B4}" }

    fileprivate var isIDCharacter: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", ":", "~", "@", "+", "=": true
        default: false
        }
    }
}
