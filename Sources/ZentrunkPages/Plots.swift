/// Plots of a page. The shapes are SVG that stretches to the width of the page; labels are text next to it, so that they
/// stay legible on a phone.
package enum Plot {
    /// One column of a plot.
    package struct Column: Sendable, Hashable {
        /// The text that appears under the pointer.
        package var title: String
        /// The lower part of the column.
        package var good: Int
        /// The upper part of the column.
        package var bad: Int

        /// Creates a column.
        package init(title: String, good: Int, bad: Int = 0) {
            self.title = title
            self.good = good
            self.bad = bad
        }
    }

    /// The names of the two parts of columns.
    package struct Legend: Sendable, Hashable {
        /// The lower part.
        package var good: String
        /// The upper part.
        package var bad: String

        /// Creates a legend.
        package init(good: String, bad: String) {
            self.good = good
            self.bad = bad
        }
    }

    /// Columns over time.
    ///
    /// - Parameters:
    ///   - axis: The labels below, from left to right.
    package static func columns(_ columns: [Column], axis: [String], legend: Legend) -> HTML {
        let most = columns.map { $0.good + $0.bad }.max() ?? 0
        return .group([
            .element(
                "div", ["class": "legend"],
                [
                    .element("span", [.element("i", ["class": "g"]), .text(legend.good)]),
                    .element("span", [.element("i", ["class": "b"]), .text(legend.bad)]),
                ]),
            .element("div", ["class": "axis"], [.element("span", "\(most)")]), .element("div", ["class": "rule"]),
            shapes(columns, most: most, label: "\(legend.good) and \(legend.bad) over time"),
            .element("div", ["class": "axis"], axis.map { .element("span", $0) }),
        ])
    }

    /// A histogram: columns of one colour, each with its label and value below.
    ///
    /// - Parameter label: What is shown, for readers who do not see it.
    package static func histogram(_ bins: [(label: String, count: Int)], label: String) -> HTML {
        .group([
            shapes(
                bins.map { Column(title: "\($0.label): \($0.count)", good: $0.count) },
                most: bins.map(\.count).max() ?? 0, label: label),
            .element(
                "div", ["class": "bins"],
                bins.map { .element("span", [.element("b", "\($0.count)"), .text($0.label)]) }),
        ])
    }

    /// A bar of a table's row.
    ///
    /// - Parameter share: From 0 to 1.
    package static func bar(_ share: Double, isBad: Bool = false) -> HTML {
        let width = min(max(share.isFinite ? share : 0, 0), 1)
        return .element(
            "svg",
            ["viewBox": "0 0 100 10", "preserveAspectRatio": "none", "aria-hidden": "true"],
            [
                rectangle("t", x: 0, y: 0, width: 100, height: 10, title: nil),
                rectangle(isBad ? "b" : "g", x: 0, y: 0, width: width * 100, height: 10, title: nil),
            ])
    }

    /// The height of a plot in its own units; the width of a column is 10.
    private static let height = 100.0

    private static func shapes(_ columns: [Column], most: Int, label: String) -> HTML {
        let scale = most > 0 ? height / Double(most) : 0
        // A gap between columns, except where they are too many for one.
        let gap = columns.count > 60 ? 1.0 : 2.0
        var shapes: [HTML] = []
        for (index, column) in columns.enumerated() {
            let x = Double(index) * 10 + gap / 2
            let (good, bad) = (Double(column.good) * scale, Double(column.bad) * scale)
            // The title appears wherever the pointer is above the column's place.
            var parts = [rectangle("t", x: x, y: 0, width: 10 - gap, height: height, title: column.title)]
            if good > 0 {
                parts.append(
                    rectangle("g", x: x, y: height - good, width: 10 - gap, height: good, title: column.title))
            }
            if bad > 0 {
                parts.append(
                    rectangle("b", x: x, y: height - good - bad, width: 10 - gap, height: bad, title: column.title))
            }
            shapes += parts
        }
        return .element(
            "svg",
            [
                "class": "plot", "viewBox": "0 0 \(max(1, columns.count) * 10) \(Int(height))",
                "preserveAspectRatio": "none", "role": "img", "aria-label": label,
            ], shapes)
    }

    private static func rectangle(
        _ style: StaticString, x: Double, y: Double, width: Double, height: Double, title: String?
    ) -> HTML {
        func short(_ value: Double) -> String { String((value * 100).rounded() / 100) }
        return .element(
            "rect",
            [
                "class": "\(style)", "x": short(x), "y": short(y), "width": short(width), "height": short(height),
            ], title.map { [.element("title", $0)] } ?? [])
    }
}

extension HTML {
    /// A section with a heading.
    package static func section(_ title: String, _ content: [HTML]) -> HTML {
        .element("section", [.element("h2", title)] + content)
    }

    /// Figures at the top of a page.
    package static func tiles(_ tiles: [(title: String, value: String)]) -> HTML {
        .element(
            "div", ["class": "tiles"],
            tiles.map { .element("div", ["class": "tile"], [.element("b", $0.value), .element("span", $0.title)]) })
    }

    /// A cell of a table.
    package enum Cell: Sendable {
        /// Text.
        case text(String)
        /// A word that does not wrap.
        case word(String)
        /// A figure, at the right.
        case figure(String)
        /// A bar of that share, from 0 to 1.
        case bar(Double, isBad: Bool)
        /// Other content.
        case content(HTML)

        fileprivate var html: HTML {
            switch self {
            case .text(let text): .element("td", text)
            case .word(let text): .element("td", ["class": "k"], text)
            case .figure(let text): .element("td", ["class": "n"], text)
            case .bar(let share, let isBad): .element("td", ["class": "bar"], [Plot.bar(share, isBad: isBad)])
            case .content(let content): .element("td", [content])
            }
        }

        fileprivate var isFigure: Bool { if case .figure = self { true } else { false } }
    }

    /// A table that scrolls sideways on a narrow page.
    package static func table(_ header: [String], _ rows: [[Cell]]) -> HTML {
        let head = header.enumerated().map { column, title -> HTML in
            let isFigure = rows.first.map { $0.indices.contains(column) && $0[column].isFigure } ?? false
            return .element("th", ["class": isFigure ? "n" : "k"], title)
        }
        return .element(
            "div", ["class": "scroll"],
            [
                .element(
                    "table",
                    [
                        .element("thead", [.element("tr", head)]),
                        .element("tbody", rows.map { .element("tr", $0.map(\.html)) }),
                    ])
            ])
    }
}
