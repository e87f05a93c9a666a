@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkPlivo

/// The checks of this machine, and of the account at the carrier.
enum AccountChecks {
    /// From this difference on, tokens with a lifetime can be refused.
    static let clockLimit = Duration.seconds(60)

    /// Whether all required settings have a value.
    static func settings(_ missing: [Setting]) -> DoctorCheck {
        guard !missing.isEmpty else { return DoctorCheck("local.settings", .local, .pass, "all settings are there") }
        let names = missing.map(\.variable)
        return DoctorCheck(
            "local.settings", .local, .unknown, "\(names.joined(separator: ", ")) is not set, so nothing can be read",
            evidence: missing.map { "\($0.variable): \($0.help)" }, owner: .customer,
            remedies: [.set(names.map { .init($0) })])
    }

    /// Whether this machine's clock agrees with the servers'.
    static func clock(_ clocks: [ReadOnlyTransport.ClockReading]) -> DoctorCheck {
        guard let worst = clocks.max(by: { abs($0.skew) < abs($1.skew) }) else {
            return DoctorCheck(
                "local.clock", .local, .unknown, "no server sent its time, so this machine's clock was not compared",
                isInformation: true)
        }
        let seconds = abs(worst.skew).components.seconds
        guard abs(worst.skew) > clockLimit else {
            return DoctorCheck(
                "local.clock", .local, .pass, "this machine's clock agrees with the servers'", evidence: [worst.date])
        }
        return DoctorCheck(
            "local.clock", .local, .warn,
            "this machine's clock is \(seconds) seconds \(worst.skew > .zero ? "ahead of" : "behind") that of \(worst.host), and tokens with a lifetime may be refused",
            evidence: ["Date of \(worst.host): \(worst.date)"], owner: .customer,
            remedies: [.advice("set the clock of this machine, for instance by NTP")])
    }

    private static func abs(_ duration: Duration) -> Duration { duration < .zero ? .zero - duration : duration }

    /// The account's own record, and whether Zentrunk is on.
    ///
    /// - Parameters:
    ///   - record: The account's record.
    ///   - zentrunk: The outcome of a request for a Zentrunk object.
    static func account(
        _ record: Result<AccountRecord, ZentrunkError>, zentrunk: Result<Void, ZentrunkError>
    ) -> [DoctorCheck] {
        switch record {
        case .failure(let error):
            return [DoctorCheck(unread: "account.key", .account, "the account at Plivo", error, at: .account)]
        case .success(let record):
            return [
                DoctorCheck("account.key", .account, .pass, "Plivo accepts the key", at: .account),
                Self.zentrunk(zentrunk), credit(record), type(record),
            ]
        }
    }

    private static func zentrunk(_ outcome: Result<Void, ZentrunkError>) -> DoctorCheck {
        let id = "account.zentrunk"
        switch outcome {
        case .success: return DoctorCheck(id, .account, .pass, "Zentrunk is on", at: .account)
        // The account answers and its trunks are forbidden: that pair is the proof.
        case .failure(let error) where error.status == 403:
            return DoctorCheck(
                id, .account, .fail, "Zentrunk is off for this account at Plivo",
                evidence: ["Plivo answered 403\(error.vendorMessage.map { ": \($0)" } ?? "")"], owner: .customer,
                remedies: error.remedies, at: .account)
        case .failure(let error):
            return DoctorCheck(unread: id, .account, "the state of Zentrunk", error, at: .account)
        }
    }

    /// Below this many USD a prepaid account without automatic recharge is nearly empty.
    static let lowCredit = ExactDecimal.whole(5)

    static func credit(_ record: AccountRecord) -> DoctorCheck {
        let id = "account.credit"
        let evidence = [
            record.credits.map { "cash_credits \($0) USD" }, record.billing.map { "billing_mode \($0)" },
            record.recharges.map { "auto_recharge \($0)" },
        ].compactMap { $0 }
        let pay = Remedy.page("https://console.plivo.com/account/billing/")
        guard let credits = record.credits else {
            return DoctorCheck(
                id, .account, .unknown, "Plivo did not say how much credit the account has", evidence: evidence,
                at: .account, isInformation: true)
        }
        if record.billing == "postpaid" {
            return DoctorCheck(
                id, .account, .pass, "the account is billed afterwards", evidence: evidence, at: .account)
        }
        if credits <= .zero {
            return DoctorCheck(
                id, .account, .fail, "the account at Plivo has no credit, so every call ends with 4030",
                evidence: evidence, owner: .customer, remedies: [pay], at: .account)
        }
        if credits < lowCredit, record.recharges != true {
            return DoctorCheck(
                id, .account, .warn,
                "the account at Plivo has only \(credits) USD left, and does not recharge by itself",
                evidence: evidence, owner: .customer, remedies: [pay], at: .account)
        }
        return DoctorCheck(id, .account, .pass, "the account has credit", evidence: evidence, at: .account)
    }

    private static func type(_ record: AccountRecord) -> DoctorCheck {
        guard record.type == "developer" else {
            return DoctorCheck("account.type", .account, .pass, "the account is not a trial account", at: .account)
        }
        return DoctorCheck(
            "account.type", .account, .warn,
            "the account at Plivo is a trial account, which can call only certain numbers",
            evidence: ["account_type developer"], owner: .customer,
            remedies: [.page("https://console.plivo.com/account/billing/")], at: .account, .outbound)
    }
}
