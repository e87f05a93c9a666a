import HTTPTypes
import Synchronization
@_spi(Adapter) import ZentrunkCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A transport that sends reads and refuses every request that can change something. It notes the servers' clocks.
final class ReadOnlyTransport: HTTPTransport {
    /// A server's clock compared with this machine's.
    struct ClockReading: Sendable, Hashable {
        /// The server.
        var host: String
        /// How far this machine's clock is ahead; negative if it is behind. Zero if the difference may be the network's.
        var skew: Duration
        /// The server's `Date` header.
        var date: String
    }

    private let base: any HTTPTransport
    private let now: @Sendable () -> Date
    private let readings = Mutex<[String: ClockReading]>([:])
    private let requests = Mutex(0)

    init(_ base: any HTTPTransport, now: @escaping @Sendable () -> Date = { Date() }) {
        self.base = base
        self.now = now
    }

    func send(_ request: TransportRequest) async throws -> TransportResponse {
        guard request.access == .read else {
            throw ZentrunkError(
                .internalFault,
                "a bug in zentrunk: a diagnosis tried to send \(request.head.method.rawValue) \(request.head.path ?? "")",
                remedies: [.report])
        }
        noteRequest()
        let before = now()
        let response = try await base.send(request)
        note(response, from: request.head.authority ?? "", before, now())
        return response
    }

    /// The readings so far, one for each server.
    var clocks: [ClockReading] {
        @inline(never) get { readings.withLock { $0.values.sorted { $0.host < $1.host } } }
    }

    /// The number of requests, including retries.
    var count: Int {
        @inline(never) get { requests.withLock { $0 } }
    }

    @inline(never)
    private func noteRequest() { requests.withLock { $0 += 1 } }

    /// The header was written between the two moments, and is rounded down to a second.
    @inline(never)
    private func note(_ response: TransportResponse, from host: String, _ before: Date, _ after: Date) {
        guard let text = response.head.headerFields[.date], let seconds = HTTPDate.seconds(text) else { return }
        let (early, late) = (before.timeIntervalSince1970 - seconds - 1, after.timeIntervalSince1970 - seconds)
        let skew = early > 0 ? early : late < 0 ? late : 0
        readings.withLock {
            if $0[host] == nil {
                $0[host] = ClockReading(host: host, skew: .milliseconds(Int64(skew * 1000)), date: text)
            }
        }
    }
}

/// The preferred form of dates in HTTP. <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7>
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Returns the seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`; nil for other forms.
    static func seconds(_ text: String) -> Double? {
        let parts = text.split { $0 == " " || $0 == ":" || $0 == "," }.map(String.init)
        guard parts.count == 8, parts[7] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
            let month = months.firstIndex(of: parts[2]), let hour = Int(parts[4]), let minute = Int(parts[5]),
            let second = Int(parts[6]), (1970...9999).contains(year), (1...31).contains(day), (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        // Days by the civil calendar, with years that begin in March.
        let march = month >= 2 ? month - 2 : month + 10
        let years = month >= 2 ? year : year - 1
        let days =
            365 * years + years / 4 - years / 100 + years / 400 + (153 * march + 2) / 5 + day - 719_469
        return Double(((days * 24 + hour) * 60 + minute) * 60 + second)
    }
}
