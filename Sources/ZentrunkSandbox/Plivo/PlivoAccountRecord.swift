import ZentrunkJSON

/// The account's own record. <https://www.plivo.com/docs/account/api/account>
struct PlivoAccountRecord: Sendable {
    /// A decimal text, in USD.
    var cashCredits = "125.75000"
    /// `standard`, or `developer` for a trial account.
    var type = "standard"
    /// `prepaid` or `postpaid`.
    var billingMode = "prepaid"
    var recharges = false

    /// The answer to a request for the account.
    func members(account: String) -> JSONObject {
        [
            "account_type": .string(type), "address": "340 Pine St", "api_id": .string(PlivoAnswer.apiID()),
            "auth_id": .string(account), "auto_recharge": .bool(recharges), "billing_mode": .string(billingMode),
            "cash_credits": .string(cashCredits), "city": "San Francisco", "name": "Sandbox",
            "resource_uri": .string("/v1/Account/\(account)/"), "state": "California",
            "timezone": "America/Los_Angeles",
        ]
    }
}
