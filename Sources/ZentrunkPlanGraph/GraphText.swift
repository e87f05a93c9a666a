/// Text in drawings, so that none of it is taken for syntax.
package enum GraphText {
    /// Returns text for quotes in a flowchart. Characters with a meaning to Mermaid or the browser become entities.
    /// <https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters>
    package static func mermaid(_ text: String) -> String {
        oneLine(text).map { character in
            switch character {
            case "\"": "#quot;"
            case "#": "#35;"
            case "&": "#amp;"
            case "<": "#lt;"
            case ">": "#gt;"
            // A backtick at the start would make it Markdown.
            case "`": "#96;"
            default: String(character)
            }
        }
        .joined()
    }

    /// Returns text for quotes in Graphviz, where a backslash begins an escape.
    package static func dot(_ text: String) -> String {
        oneLine(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    /// Returns text on one line: line breaks and control characters would end a label or a comment.
    package static func oneLine(_ text: String) -> String {
        String(text.map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 0x20 } ? " " : $0 })
    }
}
