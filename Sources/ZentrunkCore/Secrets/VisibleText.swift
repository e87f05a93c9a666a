extension String {
    /// The text with every character written out, as in `\u001b`, that a terminal or a reader's eye would obey instead of
    /// showing: control and format characters, among them those that turn the direction of writing, and other line breaks.
    ///
    /// The spelling is JSON's, so that a JSON text stays the same JSON.
    ///
    /// - Parameter keepingLines: Whether line breaks (`\n`) and tabs stay as they are.
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
