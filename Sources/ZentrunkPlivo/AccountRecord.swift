import HTTPTypes
@_spi(Adapter) package import ZentrunkCore
package import ZentrunkJSON

/// The account at Plivo as it describes itself. <https://www.plivo.com/docs/account/api/account>
package struct AccountRecord: Sendable, Hashable {
    /// `account_type`: `standard`, or `developer` for a trial account.
    package var type: String?
    /// `billing_mode`: `prepaid` or `postpaid`.
    package var billing: String?
    /// `cash_credits`, in USD; nil if it is missing or not a number.
    package var credits: ExactDecimal?
    /// `auto_recharge`.
    package var recharges: Bool?
    /// The members that a diagnosis shows, as received; without name and address.
    package var shown: JSONObject

    /// Reads a record.
    ///
    /// - Throws: `JSONDecodingError` for an answer that is not an object.
    package init(_ cursor: JSONCursor) throws(JSONDecodingError) {
        let members = try cursor.members()
        type = members["account_type"]?.string
        billing = members["billing_mode"]?.string
        credits = members["cash_credits"].flatMap { ExactDecimal($0) }
        recharges = members["auto_recharge"]?.bool
        let names = ["account_type", "billing_mode", "cash_credits", "auto_recharge"]
        shown = JSONObject(names.compactMap { name in members[name].map { (name, $0) } })
    }
}

/// What Plivo says about a number apart from its route. A missing member is nil, which means unknown.
/// <https://www.plivo.com/docs/numbers/api/account-phone-number>
package struct NumberStatus: Sendable, Hashable {
    /// `voice_enabled`.
    package var isVoiceEnabled: Bool?
    /// `active`: false for a suspended number.
    package var isActive: Bool?
    /// `compliance_status`, which only Indian numbers have.
    package var compliance: String?
    /// `sub_account`.
    package var subaccount: String?
    /// `application`, a resource path.
    package var application: String?

    package init(_ cursor: JSONCursor) throws(JSONDecodingError) {
        let members = try cursor.members()
        isVoiceEnabled = members["voice_enabled"]?.bool
        isActive = members["active"]?.bool
        func text(_ name: String) -> String? { members[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        compliance = text("compliance_status")
        subaccount = text("sub_account")
        application = text("application")
    }
}

extension PlivoAccount {
    /// Returns the account's own record.
    ///
    /// - Throws: `APIError`, `CancellationError`.
    package func record() async throws -> AccountRecord {
        let answer = try await client.call(.get, root, access: .read)
        do { return try AccountRecord(JSONCursor(answer)) } catch { throw client.unreadable(error, .get, root) }
    }

    /// Returns what Plivo says about a number; nil if it is not on the account.
    ///
    /// - Throws: `APIError`, `CancellationError`.
    package func status(of number: PhoneNumber) async throws -> NumberStatus? {
        let path = "\(root)Number/\(number.digits)/"
        do {
            let answer = try await client.call(.get, path, access: .read)
            do { return try NumberStatus(JSONCursor(answer)) } catch { throw client.unreadable(error, .get, path) }
        } catch let error as APIError where error.isNotFound {
            return nil
        }
    }

    /// Asks whether Zentrunk is switched on: one request for the shortest list.
    ///
    /// - Throws: `APIError` with status 403 if it is not, and other failures.
    package func checkZentrunk() async throws {
        _ = try await client.call(
            .get, "\(root)Zentrunk/Trunk/", query: [("limit", "1"), ("offset", "0")], access: .read)
    }
}
