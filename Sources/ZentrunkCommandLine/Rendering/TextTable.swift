@_spi(Adapter) import ZentrunkCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Rows in columns, under a header.
struct TextTable {
    var header: [String]
    var rows: [[String]] = []
    /// The maximum width of a line; nil for no limit.
    var width: Int?

    /// One line per row. The last column is cut where the width ends.
    var lines: [String] {
        let all = ([header] + rows).map { $0.map { $0.madeVisible() } }
        let widths = header.indices.map { column in (all.map { $0[column].count }.max() ?? 0) + 2 }
        return all.map { row in
            let cells = row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell.padding(to: widths[column])
            }
            let line = cells.joined()
            guard let width, line.count > width, width > 1 else { return line.droppingBlanks }
            return line.prefix(width - 1) + "…"
        }
    }

    /// The columns of the terminal that stdout goes to; nil when it goes elsewhere.
    static var terminalWidth: Int? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

extension String {
    fileprivate var droppingBlanks: String { String(reversed().drop { $0 == " " }.reversed()) }
}

/// Moments of the journal as people read them.
enum LocalTime {
    /// `2026-11-29 21:15:30 +01:00` in the time zone of this machine, or of `TZ`.
    ///
    /// - Parameter utc: As in `2026-11-29T20:15:30Z`; anything else is returned as it is.
    static func text(_ utc: String) -> String {
        let digits = utc.split { !$0.isNumber }.compactMap { Int32($0) }
        guard digits.count == 6, utc.hasSuffix("Z") else { return utc }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (digits[0] - 1900, digits[1] - 1, digits[2])
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (digits[3], digits[4], digits[5])
        var seconds = timegm(&parts)
        tzset()
        localtime_r(&seconds, &parts)
        var bytes = [CChar](repeating: 0, count: 64)
        let count = strftime(&bytes, bytes.count, "%Y-%m-%d %H:%M:%S %z", &parts)
        let text = String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return text.dropLast(2) + ":" + text.suffix(2)
    }
}
