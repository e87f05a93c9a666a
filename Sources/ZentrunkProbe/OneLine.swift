/// Returns foreign text as one line that cannot affect a terminal or a log: other characters than printable ones become
/// `?`, and long texts end in `…`.
package func oneLine(_ text: String, limit: Int = 300) -> String {
    var scalars = String.UnicodeScalarView()
    for (index, scalar) in text.unicodeScalars.enumerated() {
        guard index < limit else {
            scalars.append("…")
            break
        }
        switch scalar.properties.generalCategory {
        // Format characters can reverse the direction of the text that follows.
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            scalars.append(scalar == "\t" ? " " : "?")
        default: scalars.append(scalar)
        }
    }
    return String(scalars)
}
