@_spi(Adapter) public import ZentrunkCore

extension Template {
    /// The number of days after which facts have to be checked again.
    public static let freshDays = 90

    /// Returns a sentence if the template's facts were checked too long ago, with the pages to check them against.
    public func staleness(on today: Day) -> String? {
        guard let day = Day(verified) else { return nil }
        let age = today.days(since: day)
        if age > Self.freshDays {
            let pages = guides.isEmpty ? "" : ", against \(guides.joined(separator: " and "))"
            return
                "the facts of \(file) were verified on \(verified), \(age) days ago: look whether they still hold\(pages)"
        }
        // One day of tolerance for time zones.
        return age < -1 ? "the facts of \(file) were verified on \(verified), which is still to come" : nil
    }
}
