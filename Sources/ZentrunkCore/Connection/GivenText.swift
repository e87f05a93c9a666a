/// How a text that a person gives is read, whether as an option, a setting, a line of a profile or a cell of a file.
extension String {
    /// The text without white space and invisible marks at its ends, as copying from pages and spreadsheets adds them.
    package func withoutMargins() -> String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.isMargin }),
            let last = scalars.lastIndex(where: { !$0.isMargin })
        else { return "" }
        return String(scalars[first...last])
    }

    /// The text without invisible marks, wherever they stand.
    package func withoutInvisibleMarks() -> String {
        guard unicodeScalars.contains(where: \.isInvisible) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.filter { !$0.isInvisible }))
    }

    /// Whether the text stands in quotes of any kind, straight or typographic.
    package var isQuoted: Bool {
        guard unicodeScalars.count > 1, let first = unicodeScalars.first, let last = unicodeScalars.last else {
            return false
        }
        return first.isQuote && last.isQuote
    }

    /// The text as the value of an environment variable: without margins.
    ///
    /// A shell takes quotes away; files that other programs read, such as those of `docker run --env-file`, keep them.
    ///
    /// - Throws: ``ZentrunkError`` `invalid` that names the variable, for a value in quotes.
    package func value(of variable: String) throws(ZentrunkError) -> String {
        let text = withoutMargins()
        guard !text.isQuoted else {
            throw ZentrunkError(
                .invalid, "the value of \(variable) is in quotes, which are not part of it: write it without them")
        }
        return text
    }

    /// Whether a quote of any kind stands anywhere in the text.
    package var holdsQuotes: Bool { unicodeScalars.contains(where: \.isQuote) }

    /// Why no vendor's id has this text; nil for a text that may be one.
    ///
    /// Ids are opaque, so only what no vendor's id was ever seen to hold is refused: white space, quotes, invisible marks,
    /// and the signs of URLs, placeholders and shells.
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

    /// Marks without a glyph: byte order marks, joiners, direction marks, soft hyphens, fillers.
    fileprivate var isInvisible: Bool {
        properties.isDefaultIgnorableCodePoint || properties.generalCategory == .format || self == "\u{2800}"
    }

    /// `"`, `'`, `` ` ``, `´` and all typographic quotes.
    fileprivate var isQuote: Bool { properties.isQuotationMark || self == "`" || self == "\u{B4}" }

    fileprivate var isIDCharacter: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", ":", "~", "@", "+", "=": true
        default: false
        }
    }
}
