@_spi(Adapter) package import ZentrunkCurl

/// A server's certificate. Its texts come from the server and are evidence only: libcurl has verified, or refused, the
/// certificate itself.
public struct ProbeCertificate: Sendable, Hashable {
    /// The subject: `CN = sip.example.com`.
    public var subject: String
    /// The issuer: `C = US, O = Let's Encrypt, CN = R11`.
    public var issuer: String
    /// The names that it is for, as in `DNS:sip.example.com`; at most 50.
    public var names: [String]
    /// The last moment of its validity; nil if it cannot be read.
    public var notAfter: UTCTime?
    /// The first moment of its validity; nil if it cannot be read.
    public var notBefore: UTCTime?

    package init(
        subject: String, issuer: String, names: [String], notBefore: UTCTime? = nil, notAfter: UTCTime? = nil
    ) {
        self.subject = oneLine(subject)
        self.issuer = oneLine(issuer)
        self.names = names.prefix(50).map { oneLine($0) }
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    package init(_ certificate: CurlCertificate) {
        self.init(
            subject: certificate.subject, issuer: certificate.issuer, names: certificate.names,
            notBefore: UTCTime(certificateText: certificate.notBefore),
            notAfter: UTCTime(certificateText: certificate.notAfter))
    }
}

/// A second of universal time.
public struct UTCTime: Sendable, Hashable, Comparable {
    /// The seconds since 1970-01-01T00:00:00Z, without leap seconds.
    public var secondsSince1970: Int64

    /// A second, counted from 1970.
    public init(secondsSince1970: Int64) { self.secondsSince1970 = secondsSince1970 }

    /// Parses the time of a certificate in the forms in which TLS libraries print it: `Nov 30 22:20:22 2026 GMT`
    /// (OpenSSL, <https://docs.openssl.org/3.0/man3/ASN1_TIME_set/>) and `2026-11-30 22:20:22 GMT` (other back ends of
    /// libcurl).
    package init?(certificateText text: String) {
        let words = text.split(separator: " ")
        guard words.last == "GMT" else { return nil }
        let date: (year: Int?, month: Int?, day: Int?)
        let clock: Substring
        switch words.count {
        case 5:
            let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
            date = (Int(words[3]), months.firstIndex(of: String(words[0])).map { $0 + 1 }, Int(words[1]))
            clock = words[2]
        case 3:
            let parts = words[0].split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 3 else { return nil }
            date = (Int(parts[0]), Int(parts[1]), Int(parts[2]))
            clock = words[1]
        default: return nil
        }
        let time = clock.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
        guard let year = date.year, let month = date.month, let day = date.day, (1...9999).contains(year),
            (1...12).contains(month), (1...31).contains(day), time.count == 3, (0...23).contains(time[0]),
            (0...59).contains(time[1]), (0...60).contains(time[2])
        else { return nil }
        let seconds = time[0] * 3600 + time[1] * 60 + time[2]
        secondsSince1970 = Int64(Self.days(year, month, day) * 86_400 + seconds)
    }

    public static func < (left: UTCTime, right: UTCTime) -> Bool { left.secondsSince1970 < right.secondsSince1970 }

    /// The days from 1970-01-01 to a date of the Gregorian calendar.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        // Years that begin in March, so that the leap day is the last one.
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let ofEra = shifted - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }
}

extension UTCTime: CustomStringConvertible {
    /// The time as `2026-11-30T22:20:22Z`.
    public var description: String {
        let days = Int((Double(secondsSince1970) / 86_400).rounded(.down))
        let seconds = Int(secondsSince1970) - days * 86_400
        // The reverse of days(_:_:_:).
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func padded(_ number: Int, _ count: Int = 2) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return "\(padded(year, 4))-\(padded(month))-\(padded(day))"
            + "T\(padded(seconds / 3600)):\(padded(seconds / 60 % 60)):\(padded(seconds % 60))Z"
    }
}
