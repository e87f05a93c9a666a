import Foundation
import Synchronization
public import ZentrunkJSON

/// Differences between Plivo accounts, and behaviours of Plivo that are not confirmed.
public struct PlivoQuirks: Sendable {
    /// The account's id. Give sandboxes that one program uses at the same time different ones.
    public var authID = PlivoService.authID
    /// Whether `app_id: ""` or null removes a number's route.
    ///
    /// If false, the response says "changed" and the route stays, as reported for the live service in 2017. No newer
    /// report confirms either behaviour. <https://github.com/plivo/plivo-node/issues/63>
    public var unassignUnlinks = false
    /// The status for a second trunk with the same name. The refusal is documented; the live service's status is not.
    public var duplicateTrunkStatus = 400
    /// Whether SIP trunking is enabled. If false, every Zentrunk path returns 403.
    public var zentrunkEnabled = true
    /// The number of requests within 5 seconds after which the account gets 429; nil for no limit.
    ///
    /// Plivo documents 300 for its non-call APIs without naming Zentrunk.
    /// <https://www.plivo.com/docs/voice/concepts/account-limits>
    public var requestsPerFiveSeconds: Int?

    public init() {}
}

/// Plivo's Zentrunk API with its call records, and the part of its Number API that routes calls.
/// <https://www.plivo.com/docs/sip-trunking/api/overview>
///
/// Where known behaviour of the live service differs from the documentation, the live service wins: GET of one trunk is
/// wrapped in `object`, Zentrunk's errors have a capital E, deleting a URI deletes its trunks, and updating a
/// credential without its password blanks the password.
public final class PlivoService: SandboxService {
    public static let vendor = "plivo"
    /// The sandbox's account, unless ``PlivoQuirks/authID`` names another.
    public static let authID = "MASANDBOX00000000001"
    /// The account's Auth Token. Not a secret, and made to look fake.
    public static let authToken = "sandbox-auth-token-not-a-secret"

    /// The target of a number's calls.
    public enum Route: Sendable, Hashable {
        /// An XML or PHLO application.
        case application(String)
        case trunk(String)
    }

    private let account: String
    private let store: Mutex<PlivoStore>

    public init(quirks: PlivoQuirks = PlivoQuirks()) {
        account = quirks.authID
        store = Mutex(PlivoStore(quirks: quirks))
    }

    public var vendor: String { Self.vendor }

    public func environment(at url: String) -> [String: String] {
        ["PLIVO_AUTH_ID": account, "PLIVO_AUTH_TOKEN": Self.authToken, "PLIVO_API_URL": url]
    }

    public var state: JSONValue { store.withLock { $0.state } }

    public func reset() { store.withLock { $0 = PlivoStore(quirks: $0.quirks) } }

    public func answer(_ request: SandboxRequest) -> SandboxAnswer {
        store.withLock { store in
            do throws(PlivoRefusal) {
                try store.admit(at: .now)
                return try store.answer(request)
            } catch {
                return error.answer
            }
        }
    }

    // MARK: Setting up state

    /// Adds a number to the account, or changes one.
    ///
    /// - Parameters:
    ///   - number: E.164, with or without the plus sign.
    ///   - voiceEnabled: Whether the number accepts calls.
    ///   - route: The target of its calls; nil for no route. An application named here is created.
    public func own(number: String, voiceEnabled: Bool = true, route: Route? = nil) {
        store.withLock { $0.own(number: number, voiceEnabled: voiceEnabled, route: route) }
    }

    /// Adds a trunk without going through the API, with the URI or access list that it needs.
    ///
    /// - Parameter direction: `inbound` or `outbound`.
    /// - Returns: Its trunk id.
    @discardableResult
    public func addTrunk(name: String, direction: String, uri: String = "sip.example.com;transport=udp") -> String {
        store.withLock { $0.addTrunk(name: name, direction: direction, uri: uri) }
    }

    /// Changes what the account says about itself, as the console does; nil leaves a value as it is.
    ///
    /// - Parameters:
    ///   - credits: `cash_credits`, a decimal number in USD.
    ///   - type: `standard`, or `developer` for a trial account.
    ///   - billing: `prepaid` or `postpaid`.
    ///   - zentrunk: Whether SIP trunking is enabled. If not, every Zentrunk path returns 403.
    public func setAccount(
        credits: String? = nil, type: String? = nil, billing: String? = nil, zentrunk: Bool? = nil
    ) {
        store.withLock { store in
            store.record.cashCredits = credits ?? store.record.cashCredits
            store.record.type = type ?? store.record.type
            store.record.billingMode = billing ?? store.record.billingMode
            store.zentrunkEnabled = zentrunk ?? store.zentrunkEnabled
        }
    }

    /// Suspends a number, or makes it active again.
    public func setActive(_ isActive: Bool, number: String) {
        store.withLock { store in
            let digits = PlivoNumber.digits(of: number)
            guard let index = store.numbers.firstIndex(where: { $0.digits == digits }) else { return }
            store.numbers[index].isActive = isActive
        }
    }

    /// Removes a number from the account, as if it was returned.
    public func disown(number: String) {
        store.withLock { store in store.numbers.removeAll { $0.digits == PlivoNumber.digits(of: number) } }
    }

    /// Fills the account with unrelated objects: inbound trunks, each with its URI, and +1212 numbers without a route.
    public func fill(trunks: Int = 0, numbers: Int = 0) {
        store.withLock { $0.fill(trunks: trunks, numbers: numbers) }
    }

    /// Adds records of completed calls.
    ///
    /// - Parameter records: The members of each record, with their names in the API, and `insights` with the members of its
    ///   quality figures. Missing ones get the values of an answered outbound call that ended now; a missing `call_uuid` is
    ///   random.
    /// - Returns: The ids, in the same order.
    /// - Throws: `JSONDecodingError` for unknown members and wrong types; then no record is added.
    @discardableResult
    public func addCalls(_ records: [JSONObject]) throws(JSONDecodingError) -> [String] {
        var calls: [PlivoCallRecord] = []
        for (index, record) in records.enumerated() {
            calls.append(try PlivoCallRecord(JSONCursor(.object(record), at: JSONPointer([String(index)]))))
        }
        store.withLock { $0.add(calls) }
        return calls.map(\.id)
    }

    /// Returns the route of a number; nil also if the account does not own it.
    public func route(of number: String) -> Route? {
        store.withLock { store in store.numbers.first { $0.digits == PlivoNumber.digits(of: number) }?.route }
    }
}
