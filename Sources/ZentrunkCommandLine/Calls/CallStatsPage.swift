@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkDiagnosis
import ZentrunkPages
@_spi(Adapter) import ZentrunkPlivo

/// A survey of calls as one self-contained page.
struct CallStatsPage {
    private let figures: CallFigures

    private static let mostRows = 100

    init(_ survey: CallSurvey, _ table: CauseTable, scope: String?) {
        figures = CallFigures(survey: survey, table: table, scope: scope)
    }

    private var survey: CallSurvey { figures.survey }

    /// The document.
    var text: String {
        var content = [tiles]
        if survey.total.attempts > 0 {
            content += [overTime, failures, .element("div", ["class": "two"], [durations, quality])]
            content += [groups("Connections", "Connection", survey.connections.groups)]
            content += [groups("Numbers of the account", "Number", survey.numbers.groups)]
        }
        return Page(
            title: "Calls over Zentrunk trunks", subtitle: figures.period, content: content,
            footer:
                "Made by zentrunk \(Version.text) from Plivo's call records. An answered call is one that lasted. Calls that rang or were active had no record yet. Times are in UTC."
        ).text
    }

    private var tiles: HTML {
        let total = survey.total
        var tiles = [
            ("attempts", "\(total.attempts)"), ("answered", CallFigures.rate(total)),
            ("mean duration", CallFigures.time(total)), ("cost in USD", total.cost.text),
        ]
        tiles += [
            ("mean quality score, of 5", CallFigures.mean(total.score, digits: 1)),
            ("mean post dial delay", CallFigures.mean(total.postDialDelay, digits: 0, " ms")),
            ("mean jitter", CallFigures.mean(total.jitter, digits: 1, " ms")),
            ("mean packet loss", CallFigures.mean(total.packetLoss, digits: 2, " %")),
        ]
        return .tiles(tiles.map { (title: $0.0, value: $0.1) })
    }

    private var overTime: HTML {
        let parts = survey.parts
        let columns = parts.map { part in
            Plot.Column(
                title: "\(part.start.description.prefix(16)): \(part.answered) answered, \(part.unanswered) not",
                good: part.answered, bad: part.unanswered)
        }
        let middle = parts[parts.count / 2].start
        let axis = [parts.first?.start, middle, survey.end].compactMap { $0.map { String($0.description.prefix(16)) } }
        return .section(
            "Calls per \(figures.step())",
            [Plot.columns(columns, axis: axis, legend: .init(good: "answered", bad: "not answered"))])
    }

    private var failures: HTML {
        let owners = figures.table.failures(in: survey.total)
        guard let most = owners.map(\.count).max() else {
            return .section("Failed calls", [.element("p", "No call failed.")])
        }
        let summary = owners.map { owner -> [HTML.Cell] in
            [
                .word(CallFigures.title(owner.owner)), .figure("\(owner.count)"),
                .bar(Double(owner.count) / Double(most), isBad: owner.owner != .none),
            ]
        }
        let details = owners.flatMap { owner in
            owner.failures.map { failure -> [HTML.Cell] in
                let step = owner.owner == .none ? nil : failure.cause?.step
                return [
                    .figure("\(failure.count)"), .word(CallFigures.name(failure)),
                    .content(
                        .group([
                            .text("\(CallFigures.title(owner.owner)): \(CallFigures.meaning(failure))"),
                            step.map { .element("p", ["class": "note"], "Next: \($0)") } ?? .empty,
                        ])),
                ]
            }
        }
        return .section(
            "Failed calls by who has to act",
            [
                .table(["Who", "Calls", ""], summary), .element("h2", ["class": "owner"], "Causes"),
                .table(["Calls", "Hangup", "Meaning"], details),
            ])
    }

    private var durations: HTML {
        let labels = ["< 10 s", "< 30 s", "< 1 min", "< 2 min", "< 5 min", "< 10 min", "< 30 min", "longer"]
        return .section(
            "Duration of answered calls",
            [Plot.histogram(Self.bins(survey.durations, labels), label: "answered calls by duration")])
    }

    private var quality: HTML {
        guard survey.measured > 0 else {
            return .section("Quality", [.element("p", "The quality of calls was not read, or Plivo has no figures.")])
        }
        let labels = ["poor < 2", "fair < 3", "good < 3.5", "good < 4", "excellent < 4.5", "excellent"]
        let rows = figures.measures.map { measure -> [HTML.Cell] in
            [.word(measure.title), .figure(measure.mean), .word(measure.range)]
        }
        return .section(
            "Quality",
            [
                .element("p", ["class": "note"], "By Plivo's score, \(figures.sample)."),
                Plot.histogram(Self.bins(survey.scores, labels), label: "measured calls by quality score"),
                .table(["Figure", "Mean", "Range"], rows),
            ])
    }

    private static func bins(_ histogram: Histogram, _ labels: [String]) -> [(label: String, count: Int)] {
        zip(labels, histogram.counts).map { (label: $0, count: $1) }
    }

    private func groups<Group: Comparable>(_ title: String, _ column: String, _ groups: [Group: CallStatistics]) -> HTML
    {
        guard !groups.isEmpty else { return .empty }
        let (rows, others) = CallFigures.largest(groups, Self.mostRows)
        let most = rows.map(\.statistics.attempts).max() ?? 1
        let cells = rows.map { group, statistics -> [HTML.Cell] in
            [
                .word("\(group)"), .figure("\(statistics.attempts)"),
                .bar(Double(statistics.attempts) / Double(most), isBad: false), .figure(CallFigures.rate(statistics)),
                .figure(CallFigures.time(statistics)), .figure(CallFigures.mean(statistics.score, digits: 1)),
                .text(figures.mostFrequent(statistics)),
            ]
        }
        let note = others > 0 ? [HTML.element("p", ["class": "note"], "\(others) more are not shown.")] : []
        return .section(
            title,
            [
                .table(
                    [column, "Calls", "", "Answered", "Mean duration", "Score", "Most frequent failure"], cells)
            ] + note)
    }
}
