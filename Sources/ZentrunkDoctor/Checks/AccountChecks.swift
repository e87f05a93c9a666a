@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkPlivo

/// The checks of this machine, and of the account at the carrier.
enum AccountChecks {
    /// From this difference on, tokens with a lifetime can be refused.
    static let clockLimit = Duration.seconds(60)
    /// Below this many USD a prepaid account without automatic recharge is nearly empty.
    static let lowCredit = ExactDecimal.whole(5)

    private static let local = CheckSite(stage: .local, owner: .customer)
    private static let account = CheckSite(stage: .account, owner: .customer, link: .account)
    private static let billing = [Remedy.page("https://console.plivo.com/account/billing/")]

    /// Whether all required settings have a value.
    static func settings(_ missing: [Setting]) -> DoctorCheck {
        guard !missing.isEmpty else { return local.pass("settings", "all settings are there") }
        let names = missing.map(\.variable)
        return local.unknown(
            "settings", "\(names.joined(separator: ", ")) is not set, so nothing can be read",
            evidence: missing.map { "\($0.variable): \($0.help)" }, remedies: [.set(names.map { .init($0) })])
    }

    /// Whether this machine's clock agrees with the servers'.
    static func clock(_ clocks: [ReadOnlyTransport.ClockReading]) -> DoctorCheck {
        guard let worst = clocks.max(by: { $0.distance < $1.distance }) else {
            return local.informing().owned(by: .unknown).unknown(
                "clock", "no server sent its time, so this machine's clock was not compared")
        }
        guard worst.distance > clockLimit else {
            return local.pass("clock", "this machine's clock agrees with the servers'", evidence: [worst.date])
        }
        let seconds = worst.distance.components.seconds
        return local.warn(
            "clock",
            "this machine's clock is \(seconds) seconds \(worst.skew > .zero ? "ahead of" : "behind") that of \(worst.host), and tokens with a lifetime may be refused",
            evidence: ["Date of \(worst.host): \(worst.date)"],
            remedies: [.advice("set the clock of this machine, for instance by NTP")])
    }

    /// The account's own record, and whether Zentrunk is on.
    ///
    /// - Parameters:
    ///   - record: The account's record.
    ///   - zentrunk: The outcome of a request for a Zentrunk object.
    static func account(
        _ record: Result<AccountRecord, ZentrunkError>, zentrunk: Result<Void, ZentrunkError>
    ) -> [DoctorCheck] {
        switch record {
        case .failure(let error): return [account.unread("key", "the account at Plivo", because: error)]
        case .success(let record):
            return [
                account.pass("key", "Plivo accepts the key"), Self.zentrunk(zentrunk), credit(record), type(record),
            ]
        }
    }

    private static func zentrunk(_ outcome: Result<Void, ZentrunkError>) -> DoctorCheck {
        switch outcome {
        case .success: return account.pass("zentrunk", "Zentrunk is on")
        // The account answers and its trunks are forbidden: that pair is the proof.
        case .failure(let error) where error.status == 403:
            return account.fail(
                "zentrunk", "Zentrunk is off for this account at Plivo",
                evidence: ["Plivo answered 403\(error.vendorMessage.map { ": \($0)" } ?? "")"],
                remedies: error.remedies)
        case .failure(let error): return account.unread("zentrunk", "the state of Zentrunk", because: error)
        }
    }

    /// Whether calls are paid for.
    static func credit(_ record: AccountRecord) -> DoctorCheck {
        let evidence = [
            record.credits.map { "cash_credits \($0) USD" }, record.billing.map { "billing_mode \($0)" },
            record.recharges.map { "auto_recharge \($0)" },
        ].compactMap { $0 }
        guard let credits = record.credits else {
            return account.informing().unknown(
                "credit", "Plivo did not say how much credit the account has", evidence: evidence)
        }
        if record.billing == "postpaid" {
            return account.pass("credit", "the account is billed afterwards", evidence: evidence)
        }
        if credits <= .zero, record.billing != "prepaid" {
            return account.warn(
                "credit", "the account at Plivo has no credit, and Plivo did not say whether it is billed afterwards",
                evidence: evidence, remedies: billing)
        }
        if credits <= .zero {
            return account.fail(
                "credit", "the account at Plivo has no credit, so every call ends with 4030", evidence: evidence,
                remedies: billing)
        }
        if credits < lowCredit, record.recharges != true {
            return account.warn(
                "credit", "the account at Plivo has only \(credits) USD left, and does not recharge by itself",
                evidence: evidence, remedies: billing)
        }
        return account.pass("credit", "the account has credit", evidence: evidence)
    }

    private static func type(_ record: AccountRecord) -> DoctorCheck {
        guard record.type == "developer" else {
            return account.pass("type", "the account is not a trial account")
        }
        return account.calls(.outbound).warn(
            "type", "the account at Plivo is a trial account, which can call only certain numbers",
            evidence: ["account_type developer"], remedies: billing)
    }
}

extension ReadOnlyTransport.ClockReading {
    /// How far the clocks differ.
    var distance: Duration { skew < .zero ? .zero - skew : skew }
}
