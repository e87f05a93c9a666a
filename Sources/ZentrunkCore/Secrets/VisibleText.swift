extension String {
    /// Returns the text with control and format characters escaped, as in `\u001b`, so that it cannot control a
    /// terminal or mislead a reader. This includes changes of writing direction and all line breaks.
    ///
    /// The escapes are those of JSON, so that JSON text stays equivalent.
    ///
    /// - Parameter keepingLines: Whether line breaks (`
    /// `) and tabs stay unchanged.
    package func madeVisible(keepingLines: Bool = false) -> String {
        func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
            if keepingLines, scalar == "\n" || scalar == "\t" { return true }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: return false
            default: return true
            }
        }
        guard !unicodeScalars.allSatisfy(isHarmless) else { return self }
        var visible = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if isHarmless(scalar) {
                visible.append(scalar)
            } else {
                for unit in String(scalar).utf16 { visible.append(contentsOf: Self.escape(unit).unicodeScalars) }
            }
        }
        return String(visible)
    }

    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
