import Testing
import ZentrunkPages

@Suite("Self-contained pages")
struct PageTests {
    private static let evil = "<script>alert('x')</script>&\"\u{202E}\u{1B}"

    @Test("Text becomes text, in elements, attributes, titles and plots")
    func escaped() {
        let page = Page(
            title: Self.evil, subtitle: Self.evil,
            content: [
                .element("p", Self.evil), .element("p", ["title": Self.evil], [.text(Self.evil)]),
                .section(Self.evil, [.tiles([(title: Self.evil, value: Self.evil)])]),
                .table([Self.evil], [[.text(Self.evil)], [.word(Self.evil)], [.figure(Self.evil)]]),
                Plot.columns(
                    [.init(title: Self.evil, good: 1, bad: 2)], axis: [Self.evil],
                    legend: .init(good: Self.evil, bad: Self.evil)),
                Plot.histogram([(label: Self.evil, count: 1)], label: Self.evil),
            ], footer: Self.evil)
        #expect(!page.text.contains("<script") && !page.text.contains("\u{202E}") && !page.text.contains("\u{1B}"))
        #expect(page.text.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;\\u202e\\u001b"))
        // The quotes of attributes are closed: every tag is well-formed.
        for tag in page.text.matches(of: /<[^>]*>/) {
            #expect(tag.output.filter { $0 == "\"" }.count.isMultiple(of: 2), "\(tag.output)")
        }
    }

    @Test("A page loads nothing: it has no script and no address, and its policy forbids both")
    func closed() {
        let page = Page(title: "t", subtitle: "s", content: [], footer: "f").text
        #expect(page.contains("default-src &#39;none&#39;"))
        for word in ["http:", "https:", "src=", "href=", "url(", "@import", "<script"] {
            #expect(!page.contains(word), "\(word)")
        }
    }

    @Test("Every element that is opened is closed, in order")
    func wellFormed() {
        let plot = Plot.columns([.init(title: "a", good: 3, bad: 1)], axis: ["x"], legend: .init(good: "g", bad: "b"))
        let page = Page(
            title: "t", subtitle: "s", content: [plot, .table(["a"], [[.bar(0.5, isBad: true)]])], footer: "f")
        var open: [Substring] = []
        for tag in page.text.matches(of: /<(\/?)([a-z0-9]+)[^>]*>/) where tag.output.2 != "meta" {
            if tag.output.1 == "/" { #expect(open.popLast() == tag.output.2) } else { open.append(tag.output.2) }
        }
        #expect(open.isEmpty)
    }

    @Test("Heights of columns are in proportion, and a plot without values has none", arguments: [(0, 0), (4, 1)])
    func heights(good: Int, bad: Int) {
        let plot = Plot.columns(
            [.init(title: "a", good: good, bad: bad), .init(title: "b", good: good * 3, bad: bad * 3)], axis: [],
            legend: .init(good: "g", bad: "b")
        ).markup
        let heights = plot.matches(of: /class="([gb])"[^>]*height="([0-9.]+)"/).map { Double($0.output.2) ?? -1 }
        #expect(heights == (good == 0 ? [] : [26.67, 6.67, 80, 20]))
    }

    @Test("A bar stays within its place", arguments: [(-1.0, "0.0"), (0.25, "25.0"), (7, "100.0"), (.nan, "0.0")])
    func bars(share: Double, width: String) {
        #expect(Plot.bar(share).markup.contains("class=\"g\" x=\"0.0\" y=\"0.0\" width=\"\(width)\""))
    }
}
