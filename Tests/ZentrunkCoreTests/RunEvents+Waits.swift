@_spi(Adapter) import ZentrunkCore

extension RunEvents {
    /// The waits that were reported. Ends the events.
    var waits: [RetryNotice] {
        get async {
            finish()
            return await reduce(into: []) { if case .waiting(let notice) = $1.kind { $0.append(notice) } }
        }
    }
}
