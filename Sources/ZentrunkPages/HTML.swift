@_spi(Adapter) import ZentrunkCore

/// A piece of an HTML document.
///
/// Names of elements and attributes are literals of the program, and all other text is escaped. So no text of a vendor or a
/// user becomes markup.
package struct HTML: Sendable, Hashable {
    /// The markup.
    package let markup: String

    private init(markup: String) { self.markup = markup }

    /// Nothing.
    package static let empty = HTML(markup: "")

    /// Text, with markup and control characters escaped.
    package static func text(_ text: String) -> HTML { HTML(markup: escaped(text)) }

    /// Several pieces, one after the other.
    package static func group(_ pieces: [HTML]) -> HTML { HTML(markup: pieces.map(\.markup).joined()) }

    /// An element with an end tag.
    package static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ children: [HTML] = []
    ) -> HTML {
        HTML(markup: "\(startTag(name, attributes))\(children.map(\.markup).joined())</\(name)>")
    }

    /// An element with text.
    package static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ text: String
    ) -> HTML {
        element(name, attributes, [.text(text)])
    }

    /// An element without an end tag, such as `meta`.
    package static func void(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>) -> HTML {
        HTML(markup: startTag(name, attributes))
    }

    /// The content of a `style` element.
    static func style(_ rules: StaticString) -> HTML { HTML(markup: "<style>\(rules)</style>") }

    private static func startTag(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>) -> String {
        "<\(name)" + attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined() + ">"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.madeVisible().unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}

/// A self-contained page: it loads nothing from the network and runs no script.
package struct Page: Sendable {
    /// The title.
    package var title: String
    /// A line below the title.
    package var subtitle: String
    /// The content.
    package var content: [HTML]
    /// The line at the end.
    package var footer: String

    /// Creates a page.
    package init(title: String, subtitle: String, content: [HTML], footer: String) {
        self.title = title
        self.subtitle = subtitle
        self.content = content
        self.footer = footer
    }

    /// The document.
    package var text: String {
        let head: [HTML] = [
            .void("meta", ["charset": "utf-8"]),
            .void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            .void("meta", ["name": "color-scheme", "content": "light dark"]),
            .void("meta", ["name": "referrer", "content": "no-referrer"]),
            // A mistake in this program cannot make the page load or send anything either.
            .void(
                "meta",
                [
                    "http-equiv": "Content-Security-Policy",
                    "content": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
                ]),
            .element("title", title), .style(PageStyle.rules),
        ]
        let body: [HTML] = [
            .element(
                "main",
                [
                    .element("header", [.element("h1", title), .element("p", ["class": "sub"], subtitle)])
                ] + content + [.element("footer", footer)])
        ]
        return "<!doctype html>\n"
            + HTML.element("html", ["lang": "en"], [.element("head", head), .element("body", body)]).markup + "\n"
    }
}

extension HTML {
    /// An element with children and without attributes.
    package static func element(_ name: StaticString, _ children: [HTML]) -> HTML { element(name, [:], children) }
    /// An element with text and without attributes.
    package static func element(_ name: StaticString, _ text: String) -> HTML { element(name, [:], text) }
}
