public import ZentrunkCore

extension Template {
    /// For how many days facts are taken to hold without another look.
    public static let freshDays = 90

    /// One sentence when the template's facts were checked too long ago, with the pages to check them against.
    public func staleness(on today: Day) -> String? {
        guard let day = Day(verified) else { return nil }
        let age = today.days(since: day)
        if age > Self.freshDays {
            let pages = guides.isEmpty ? "" : ", against \(guides.joined(separator: " and "))"
            return
                "the facts of \(file) were verified on \(verified), \(age) days ago: look whether they still hold\(pages)"
        }
        // A day's grace, since it may be tomorrow already where the facts were checked.
        return age < -1 ? "the facts of \(file) were verified on \(verified), which is still to come" : nil
    }
}
