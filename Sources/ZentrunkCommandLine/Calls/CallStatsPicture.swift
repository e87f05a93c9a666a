@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkDiagnosis
@_spi(Adapter) import ZentrunkPlivo

/// A survey of calls as text, with bars and sparklines.
struct CallStatsPicture {
    let lines: [String]

    private static let barWidth = 20
    private static let mostRows = 10

    init(_ survey: CallSurvey, _ table: CauseTable, scope: String?, style: Style = Style()) {
        let figures = CallFigures(survey: survey, table: table, scope: scope)
        let total = survey.total
        var lines = [style.strong("calls") + " \(figures.period)"]
        func add(_ title: String, _ text: String) { lines.append("  \(title.padding(to: 18))\(text)") }
        add("attempts", "\(total.attempts)")
        add(
            "answered",
            "\(total.answered), \(CallFigures.rate(total))  \(style.good(Self.bar(total.answerRate ?? 0)))")
        add("ended normally", "\(total.successful)")
        add("mean duration", CallFigures.time(total))
        add("cost", "USD \(total.cost.text)")
        guard total.attempts > 0 else {
            self.lines = lines
            return
        }
        lines += Self.series(figures, style)
        lines += Self.quality(figures)
        lines += Self.failures(figures, style)
        lines += Self.groups("CONNECTION", survey.connections.groups, figures)
        lines += Self.groups("NUMBER", survey.numbers.groups, figures)
        self.lines = lines
    }

    /// Two sparklines, narrow enough for the terminal: then several parts share a character.
    private static func series(_ figures: CallFigures, _ style: Style) -> [String] {
        let parts = figures.survey.parts
        let room = max(10, (TextTable.terminalWidth ?? 120) - 13)
        let share = (parts.count + room - 1) / room
        let sums = stride(from: 0, to: parts.count, by: share).map { start in
            parts[start..<min(parts.count, start + share)].reduce((answered: 0, unanswered: 0)) {
                ($0.answered + $1.answered, $0.unanswered + $1.unanswered)
            }
        }
        let busiest = sums.map { $0.answered + $0.unanswered }.max() ?? 0
        return [
            "", "  per \(figures.step(times: share)), at most \(busiest.counted("call")):",
            "    answered  \(style.good(sparkline(sums.map(\.answered), most: busiest)))",
            "    others    \(style.bad(sparkline(sums.map(\.unanswered), most: busiest)))",
        ]
    }

    private static func quality(_ figures: CallFigures) -> [String] {
        guard !figures.measures.isEmpty else { return [] }
        return ["", "  \(figures.sample):"]
            + figures.measures.map { "    \($0.title.padding(to: 18))\($0.mean.padding(to: 12))(\($0.range))" }
    }

    private static func failures(_ figures: CallFigures, _ style: Style) -> [String] {
        let owners = figures.table.failures(in: figures.survey.total)
        guard let most = owners.map(\.count).max() else { return [] }
        var lines = ["", "  calls that failed, by who has to act:"]
        for owner in owners {
            let bar = Self.bar(Double(owner.count) / Double(most), isPlain: true)
            lines.append(
                "    \(CallFigures.title(owner.owner).padding(to: 18))\("\(owner.count)".padding(to: 8))\(style.bad(bar))"
            )
            for failure in owner.failures.prefix(3) {
                lines.append(
                    "      \("\(failure.count)".padding(to: 6))\(CallFigures.name(failure)): \(CallFigures.meaning(failure))"
                )
                if let step = failure.cause?.step, owner.owner != .none { lines.append("            next: \(step)") }
            }
            if owner.failures.count > 3 {
                lines.append("      and \((owner.failures.count - 3).counted("other code"))")
            }
        }
        return lines
    }

    private static func groups<Group: Comparable>(
        _ title: String, _ groups: [Group: CallStatistics], _ figures: CallFigures
    ) -> [String] {
        guard !groups.isEmpty else { return [] }
        let (rows, others) = CallFigures.largest(groups, mostRows)
        var table = TextTable(
            header: [title, "CALLS", "ANSWERED", "TIME", "SCORE", "MOST FREQUENT FAILURE"],
            width: TextTable.terminalWidth.map { $0 - 2 })
        table.rows = rows.map { group, statistics in
            [
                "\(group)", "\(statistics.attempts)", CallFigures.rate(statistics), CallFigures.time(statistics),
                CallFigures.mean(statistics.score, digits: 1), figures.mostFrequent(statistics),
            ]
        }
        let rest = others > 0 ? ["  and \(others.counted("more", "more")): --json and --html have them"] : []
        return [""] + table.lines.map { "  " + $0 } + rest
    }

    /// A bar of a share from 0 to 1.
    ///
    /// - Parameter isPlain: Whether the rest is left empty.
    private static func bar(_ share: Double, isPlain: Bool = false) -> String {
        let count = min(barWidth, Int((share * Double(barWidth)).rounded()))
        // A small share is still visible.
        let filled = share > 0 ? max(1, count) : 0
        return String(repeating: "█", count: filled) + String(repeating: isPlain ? " " : "░", count: barWidth - filled)
    }

    private static let heights = Array("▁▂▃▄▅▆▇█")

    /// A character per value; a blank stands for 0.
    private static func sparkline(_ values: [Int], most: Int) -> String {
        String(
            values.map { value in
                guard value > 0, most > 0 else { return " " }
                return heights[min(heights.count - 1, (value * heights.count - 1) / most)]
            })
    }
}
