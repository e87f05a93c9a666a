@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlivo

/// A moment as an option names it: an age, `30m`, `2h` or `7d`, or a day or time in UTC.
struct CallMoment {
    /// The start of what the text names.
    let start: UTCTime
    /// The end of what the text names: the next midnight for a day, otherwise ``start``.
    let end: UTCTime

    /// Plivo refuses a range that begins more than 90 days ago, and every page of a list has the same range. The longest age
    /// is less by this, so that the last page of a long list is still accepted: pages wait for the rate limit, and after an
    /// error.
    private static let margin = Duration.seconds(3600)

    /// - Parameter option: The option, for messages.
    /// - Throws: ``ZentrunkError`` `invalid` for another form, and for an age of more than 90 days.
    init(_ text: String, of option: String, at now: UTCTime) throws(ZentrunkError) {
        if let age = Self.age(text) {
            guard age <= CallFilter.oldest else { throw Self.tooOld(text, option) }
            start = now - min(age, CallFilter.oldest - Self.margin)
            end = start
            return
        }
        guard let time = Self.time(text) else {
            throw ZentrunkError(
                .invalid,
                "\(option) takes an age such as 30m, 2h or 7d, a day such as 2026-11-30, or a time in UTC such as 2026-11-30T10:00Z, not \"\(text)\""
            )
        }
        start = time
        end = text.utf8.count == 10 ? time + .seconds(86_400) : time
        if end < now - CallFilter.oldest { throw Self.tooOld(text, option) }
    }

    private static func tooOld(_ text: String, _ option: String) -> ZentrunkError {
        ZentrunkError(
            .invalid, "Plivo has call records of the last 90 days only: \(option) \(text) is older",
            remedies: [.again(with: [option, "90d"])])
    }

    /// Returns an age; nil for other texts.
    private static func age(_ text: String) -> Duration? {
        guard let unit = text.last, let seconds = ["m": 60, "h": 3600, "d": 86_400][unit],
            let count = Int64(text.dropLast()), (0...1_000_000).contains(count)
        else { return nil }
        return .seconds(count * Int64(seconds))
    }

    /// Returns a time of ISO 8601 in UTC; nil for other texts.
    private static func time(_ text: String) -> UTCTime? {
        let isUTC = text.last == "Z" || text.last == "z"
        let plain = (isUTC ? text.dropLast() : text[...]).replacing("T", with: " ").replacing("t", with: " ")
        if plain.utf8.count == 10, !isUTC { return UTCTime(plain + " 00:00") }
        return UTCTime(String(plain))
    }
}
