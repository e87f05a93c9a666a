@_spi(Adapter) import ZentrunkCore

/// The summary of a run that succeeded: what was done and read back, the numbers' routes, and what could not be restored.
struct ClosingLines {
    let lines: [String]

    init(_ report: Report, _ platform: PlatformDescription, isSandbox: Bool) {
        let connection = report.connection
        let name = "\(connection.platform)/\(connection.name)"
        let time = "(\(report.duration.rounded) s, \(report.requests.values.reduce(0, +)) requests)"
        let done = Self.counts(report.resources)
        let head: String
        switch report.outcome {
        case .disconnected:
            let kept = report.warnings.count { $0.code == .kept }
            let stays =
                kept == 0
                ? ""
                : " \(kept.counted("object was", "objects were")) kept, because others use \(kept == 1 ? "it" : "them")."
            head =
                done.isEmpty
                ? "\(name): nothing to disconnect.\(stays)" : "Disconnected \(name) \(time): \(done).\(stays)"
        case .undone:
            head = "Undid run \(report.run ?? "") of \(name) \(time)\(done.isEmpty ? "." : ": \(done).")"
        case .unchanged:
            head =
                report.resources.isEmpty && report.run != nil
                ? "Run \(report.run ?? "") of \(name) was already undone." : "No changes: \(name) is up to date."
        default: head = "Connected \(name) \(time): \(done.isEmpty ? "nothing to change" : done)."
        }
        var lines = [head] + Self.routes(report.numbers, platform)
        if report.outcome == .connected || report.outcome == .unchanged, let domain = report.trunkDomain {
            lines.append("  Outbound calls go through \(domain).")
        }
        let isEnd = report.outcome == .disconnected || report.outcome == .undone
        lines += report.losses.map { "  \(isEnd ? "Not restored" : "Cannot be restored later"): \($0)." }
        let isLasting = report.outcome == .connected || (report.outcome == .unchanged && !report.resources.isEmpty)
        if isSandbox, isLasting {
            lines.append("  This was the sandbox: no vendor was contacted, and calls are simulated.")
        }
        self.lines = lines
    }

    /// `7 objects created, 1 changed`
    private static func counts(_ results: [ResourceResult]) -> String {
        let counts = Dictionary(grouping: results, by: \.deeds.doneWord).mapValues(\.count)
        let parts = ["created", "updated", "replaced", "deleted", "restored"].compactMap { word in
            counts[word].map { (count: $0, word: word == "updated" ? "changed" : word) }
        }
        return parts.enumerated().map { index, part in
            index == 0
                ? "\(part.count) \(part.count == 1 ? "object" : "objects") \(part.word)" : "\(part.count) \(part.word)"
        }.joined(separator: ", ")
    }

    /// Returns a line for each destination, with its numbers, or their count if there are many.
    private static func routes(_ ends: [NumberEnd], _ platform: PlatformDescription) -> [String] {
        var order: [String] = []
        var numbers: [String: [PhoneNumber]] = [:]
        for end in ends {
            let place: String =
                switch end.target {
                case .platform: "routed to \(platform.title)"
                case .former(let target?): "routed to \(target) again"
                case .former(nil): "routed nowhere, as before"
                case .chosen(let target?): "routed to \(target)"
                case .chosen(nil): "routed nowhere"
                case .elsewhere(let target): "unchanged, still routed to \(target)"
                }
            if numbers[place] == nil { order.append(place) }
            numbers[place, default: []].append(end.number)
        }
        return order.map { place in
            let list = numbers[place] ?? []
            let subject = list.count > 3 ? "\(list.count) numbers" : list.map(\.e164).joined(separator: ", ")
            return "  \(subject) \(list.count == 1 ? "is" : "are") \(place)."
        }
    }
}
