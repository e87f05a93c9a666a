/// The stack of transports between the engine and a vendor. From the outside to the inside: retries, the account's pace,
/// reports of slow answers, and the count of the run's requests.
package enum TransportStack {
    /// Returns a transport that sends through `base` and may be shared by any number of runs.
    ///
    /// - Parameters:
    ///   - base: Sends the requests.
    ///   - side: The side that the vendor is on.
    ///   - vendor: The vendor's name in reports of waits.
    ///   - limiter: The limiter of the account; nil to send without pace.
    ///   - retries: The limits of retries.
    package static func over(
        _ base: any HTTPTransport, side: Side, vendor: String, limiter: RateLimiter?, retries: RetryPolicy = .init()
    ) -> any HTTPTransport {
        let counted = CountedTransport(base, side: side)
        let watched = AnswerWatch(counted, vendor: vendor, side: side)
        guard let limiter else { return RetryingTransport(watched, vendor: vendor, side: side, policy: retries) }
        return RetryingTransport(
            RateLimitedTransport(watched, limiter: limiter, vendor: vendor, side: side, policy: retries),
            vendor: vendor, side: side, policy: retries)
    }

    /// Returns a transport that sends every request at most once, without a pace: for requests that must not be repeated,
    /// such as those that ring at a phone.
    ///
    /// - Parameter base: Sends the requests. It should have no open connection: libcurl sends a request again if a
    ///   connection that it kept turns out to be closed.
    package static func once(_ base: any HTTPTransport, side: Side, vendor: String) -> any HTTPTransport {
        AnswerWatch(CountedTransport(base, side: side), vendor: vendor, side: side)
    }
}
