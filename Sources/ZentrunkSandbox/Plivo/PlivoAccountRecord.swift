import Foundation
import ZentrunkJSON

/// What the account can and may do, apart from its objects.
/// <https://www.plivo.com/docs/account/api/account>
public struct PlivoAccountConditions: Sendable, Hashable {
    /// A limit that the account has reached, so that its calls are refused.
    public enum Limit: String, Sendable, Hashable, CaseIterable {
        case callsPerSecond = "calls-per-second"
        case concurrentCalls = "concurrent-calls"
    }

    /// The credit in USD, a decimal.
    public var cashCredits = "25.00000"
    /// `standard` or `developer`, which is a trial account.
    public var accountType = "standard"
    /// `prepaid` or `postpaid`.
    public var billingMode = "prepaid"
    public var autoRecharge = false
    /// Whether SIP trunking is enabled. If false, every Zentrunk path returns 403 while the account still answers.
    public var zentrunkEnabled: Bool
    /// Beginnings of numbers, without the plus sign, that the account's geo permissions do not allow.
    public var blockedPrefixes: [String] = []
    public var limit: Limit?

    init(zentrunkEnabled: Bool) { self.zentrunkEnabled = zentrunkEnabled }

    /// Whether calls are possible: a prepaid account needs credit. Plivo does not document the sign of a postpaid
    /// account's credit.
    var hasCredit: Bool { billingMode != "prepaid" || (Decimal(string: cashCredits) ?? 0) > 0 }

    /// Applies the members that are present:
    /// `{"cash_credits": "0", "account_type": "developer", "billing_mode": "prepaid", "auto_recharge": true,
    /// "zentrunk_enabled": false, "blocked_prefixes": ["91"], "limit": "calls-per-second"}`.
    ///
    /// - Throws: `JSONDecodingError` for unknown members and values.
    mutating func apply(_ cursor: JSONCursor) throws(JSONDecodingError) {
        for (name, member) in try cursor.members() {
            let value = try cursor.member(name)
            switch name {
            case "cash_credits":
                cashCredits = try value.string()
                guard Decimal(string: cashCredits) != nil else { throw value.mismatch("a decimal in quotes") }
            case "account_type": accountType = try Self.choice(value, ["standard", "developer"])
            case "billing_mode": billingMode = try Self.choice(value, ["prepaid", "postpaid"])
            case "auto_recharge": autoRecharge = try value.bool()
            case "zentrunk_enabled": zentrunkEnabled = try value.bool()
            case "blocked_prefixes":
                blockedPrefixes = try value.elements().map { (element) throws(JSONDecodingError) in try element.string() }
            case "limit":
                let choices = Limit.allCases.map(\.rawValue)
                limit = member.isNull ? nil : Limit(rawValue: try Self.choice(value, choices))
            default: throw value.mismatch("no such member")
            }
        }
    }

    private static func choice(_ cursor: JSONCursor, _ choices: [String]) throws(JSONDecodingError) -> String {
        let text = try cursor.string()
        guard choices.contains(text) else { throw cursor.mismatch(choices.joined(separator: " or ")) }
        return text
    }
}

extension PlivoStore {
    /// Returns the account's own record.
    func answerAccount(_ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        guard call.request.method == "GET" else {
            throw call.refusal(405, "the sandbox does not change the account's record")
        }
        return .json(
            200,
            [
                "account_type": .string(account.accountType), "address": "1 Example Street", "api_id":
                    .string(PlivoAnswer.apiID()), "auth_id": .string(quirks.authID),
                "auto_recharge": .bool(account.autoRecharge), "billing_mode": .string(account.billingMode),
                "cash_credits": .string(account.cashCredits), "city": "Example City", "name": "Sandbox",
                "resource_uri": .string("/v1/Account/\(quirks.authID)/"), "state": "",
                "timezone": "America/Los_Angeles",
            ])
    }
}

extension PlivoService {
    /// Changes what the account can and may do, such as its credit.
    public func setAccount(_ change: (inout PlivoAccountConditions) -> Void) { changing { change(&$0.account) } }

    /// Changes what the account can and may do, by the members of `POST /_sandbox/account`.
    func setAccount(_ cursor: JSONCursor) throws(JSONDecodingError) {
        var account = reading { $0.account }
        try account.apply(cursor)
        let changed = account
        changing { $0.account = changed }
    }
}
