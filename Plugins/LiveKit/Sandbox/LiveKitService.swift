public import Foundation
import Synchronization
public import ZentrunkJSON
public import ZentrunkSandbox

/// Differences between LiveKit's servers, and behaviours of LiveKit Cloud that are not confirmed.
public struct LiveKitQuirks: Sendable {
    /// Whether responses use lowerCamelCase names. The open-source server returns snake_case; its official clients
    /// accept both.
    public var answersCamelCase = false
    /// Whether responses show passwords, as the open-source server does.
    public var returnsPasswords = true
    /// Whether `media` is known. If false, a trunk's `media` is silently dropped, as by servers built before June 2026,
    /// which use `media_encryption` alone.
    public var knowsMedia = true
    /// Whether a list with `page` returns everything, as the open-source server does. If false, it ends after `limit`
    /// objects.
    public var followsPages = true
    /// Whether unknown enumeration names are refused, which is the default of parsers of protobuf's JSON. The
    /// open-source server drops them like unknown members. Unknown for LiveKit Cloud.
    public var refusesUnknownNames = false
    /// Whether inbound trunks have `ringing_timeout_status`, which the protocol has had since autumn 2026. The
    /// open-source server of August 2026 does not know it.
    public var knowsRingingTimeoutStatus = false
    /// Whether the search for conflicts visits a new object after the stored ones. The open-source server searches both
    /// in parallel, so either may come first. The error lists the objects in that order.
    public var meetsNewObjectLast = false
    /// Whether a create misses the object that the previous request created, as if both arrived at the same time. The
    /// open-source server takes no lock.
    public var overlooksCreatesInFlight = false
    /// Hosts at which the project takes calls, besides its host in the cloud: the host of a server of one's own, or the
    /// host of another project.
    public var sipHosts: Set<String> = []
    /// Whether `LIVEKIT_URL` starts with `ws`, as shown by LiveKit Cloud, instead of `http`.
    public var namesWebSocketURL = false

    public init() {}
}

/// LiveKit's API for SIP trunks and dispatch rules. <https://docs.livekit.io/reference/telephony/sip-api/>
///
/// Tokens are verified. Bodies are read like the open-source server reads them: unknown members, and fields that an
/// update cannot change, are silently dropped and recorded as violations.
public final class LiveKitService: PlatformService {
    public static let vendor = "livekit"
    /// The sandbox's API key.
    public static let apiKey = "APIsandbox00key"
    /// The sandbox's API secret. Not a secret, and made to look fake.
    public static let apiSecret = "sandbox-livekit-secret-not-a-secret"
    /// The SIP host of the sandbox's project. The host does not exist.
    public static let sipHost = "sandbox0project.sip.livekit.cloud"

    private let quirks: LiveKitQuirks
    private let now: @Sendable () -> Date
    private let store: Mutex<LiveKitStore>

    public convenience init() { self.init(quirks: LiveKitQuirks()) }

    /// - Parameter now: The clock used to check the validity of tokens.
    public init(
        quirks: LiveKitQuirks, now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.quirks = quirks
        self.now = now
        store = Mutex(LiveKitStore(quirks: quirks))
    }

    public var vendor: String { Self.vendor }

    public func environment(at url: String) -> [String: String] {
        [
            "LIVEKIT_URL": quirks.namesWebSocketURL ? "ws" + url.dropFirst("http".count) : url,
            "LIVEKIT_API_KEY": Self.apiKey, "LIVEKIT_API_SECRET": Self.apiSecret, "LIVEKIT_SIP_HOST": Self.sipHost,
        ]
    }

    public var state: JSONValue { store.withLock { $0.state } }

    public func reset() { store.withLock { $0 = LiveKitStore(quirks: quirks) } }

    public func isWrite(_ request: SandboxRequest) -> Bool { LiveKitCall.isWrite(request) }

    /// The hosts at which the project takes calls.
    var hosts: Set<String> { quirks.sipHosts.union([Self.sipHost]) }

    func reading<Result: Sendable>(_ read: (LiveKitStore) -> Result) -> Result { store.withLock { read($0) } }

    func changing<Result: Sendable>(_ change: (inout LiveKitStore) -> Result) -> Result {
        store.withLock { change(&$0) }
    }

    /// Answers a request for an outbound call. The store is not locked while the call is made.
    func answer(_ request: SandboxRequest, dial: LiveKitStore.Dial) -> SandboxAnswer {
        do throws(LiveKitRefusal) {
            return try reading { $0 }.answerDial(request, at: now(), dial)
        } catch {
            return error.answer
        }
    }

    public func answer(_ request: SandboxRequest) -> SandboxAnswer {
        let now = now()
        return store.withLock { store in
            do throws(LiveKitRefusal) {
                return try store.answer(request, at: now)
            } catch {
                return error.answer
            }
        }
    }

    // MARK: Setting up state

    /// Sets under which names workers are registered; nil for every name. The empty string stands for a worker without a
    /// name, which takes the rooms to which no agent is dispatched.
    public func setAgents(_ agents: Set<String>?) { store.withLock { $0.workers = agents } }

    /// Adds an inbound trunk without going through the API. Nothing is checked.
    ///
    /// - Parameter members: Members under the protocol's names, such as `allowed_numbers`.
    /// - Returns: Its id.
    @discardableResult
    public func addInboundTrunk(_ members: JSONObject) -> String { add(members, to: .inboundTrunk) }

    /// Adds an outbound trunk; see ``addInboundTrunk(_:)``.
    @discardableResult
    public func addOutboundTrunk(_ members: JSONObject) -> String { add(members, to: .outboundTrunk) }

    /// Adds a dispatch rule; see ``addInboundTrunk(_:)``.
    @discardableResult
    public func addDispatchRule(_ members: JSONObject) -> String { add(members, to: .dispatchRule) }

    private func add(_ members: JSONObject, to kind: LiveKitKind) -> String {
        store.withLock { $0.add(members, to: kind) }
    }
}
