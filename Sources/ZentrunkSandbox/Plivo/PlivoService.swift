import Foundation
import Synchronization
public import ZentrunkJSON

/// What Plivo does differently from one account to the next, or what nobody has confirmed.
public struct PlivoQuirks: Sendable {
    /// Whether `app_id: ""` or null takes a number's route away.
    ///
    /// Off: the answer says "changed" and the route stays, as was reported of the live service in 2017; nothing newer
    /// confirms either way. <https://github.com/plivo/plivo-node/issues/63>
    public var unassignUnlinks = false
    /// The status that refuses a second trunk of one name. The live one is not on record; the refusal is.
    public var duplicateTrunkStatus = 400
    /// Off: every Zentrunk path answers 403, as for accounts whose SIP trunking was not switched on.
    public var zentrunkEnabled = true
    /// How many requests the account may send within 5 seconds before it is answered 429; nil for any number.
    ///
    /// Plivo documents 300 for its non-call APIs without naming Zentrunk.
    /// <https://www.plivo.com/docs/voice/concepts/account-limits>
    public var requestsPerFiveSeconds: Int?

    public init() {}
}

/// Plivo's Zentrunk API and the part of its Number API that routes calls.
/// <https://www.plivo.com/docs/sip-trunking/api/overview>
///
/// What is on record of the live service wins over its documentation where the two differ: GET of one trunk is wrapped
/// in `object`, Zentrunk's errors have a capital E, deleting a URI deletes its trunks, updating a credential without
/// its password blanks it.
public final class PlivoService: SandboxService {
    public static let vendor = "plivo"
    /// The sandbox's account.
    public static let authID = "MASANDBOX00000000001"
    /// Its token; no secret, and made to look like none.
    public static let authToken = "sandbox-auth-token-not-a-secret"

    /// What answers a number's calls.
    public enum Route: Sendable, Hashable {
        /// An XML or PHLO application.
        case application(String)
        case trunk(String)
    }

    private let store: Mutex<PlivoStore>

    public init(quirks: PlivoQuirks = PlivoQuirks()) { store = Mutex(PlivoStore(quirks: quirks)) }

    public var vendor: String { Self.vendor }

    public func environment(at url: String) -> [String: String] {
        ["PLIVO_AUTH_ID": Self.authID, "PLIVO_AUTH_TOKEN": Self.authToken, "PLIVO_API_URL": url]
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

    // MARK: Putting state in

    /// Makes the account own a number, or changes one that it owns.
    ///
    /// - Parameters:
    ///   - number: E.164, with its plus sign or without.
    ///   - voiceEnabled: Whether the number takes calls at all.
    ///   - route: What answers it; nil for nothing. An application becomes known by being named here.
    public func own(number: String, voiceEnabled: Bool = true, route: Route? = nil) {
        store.withLock { $0.own(number: number, voiceEnabled: voiceEnabled, route: route) }
    }

    /// Adds a trunk that nobody here made, with the URI or access list that it needs.
    ///
    /// - Parameter direction: `inbound` or `outbound`.
    /// - Returns: Its trunk id.
    @discardableResult
    public func addTrunk(name: String, direction: String, uri: String = "sip.example.com;transport=udp") -> String {
        store.withLock { $0.addTrunk(name: name, direction: direction, uri: uri) }
    }

    /// Makes the account a big one: adds so many inbound trunks of others, each with its URI, and so many numbers of
    /// +1212 that are routed nowhere.
    public func fill(trunks: Int = 0, numbers: Int = 0) {
        store.withLock { $0.fill(trunks: trunks, numbers: numbers) }
    }

    /// The route of a number; nil also when the account does not own it.
    public func route(of number: String) -> Route? {
        store.withLock { store in store.numbers.first { $0.digits == PlivoNumber.digits(of: number) }?.route }
    }
}
