public import Foundation
import Synchronization
public import ZentrunkJSON
public import ZentrunkSandbox

/// What differs between LiveKit's servers, or what nobody has confirmed of LiveKit Cloud.
public struct LiveKitQuirks: Sendable {
    /// Whether answers have names in lowerCamelCase. The open-source server answers snake_case; its official clients
    /// take both.
    public var answersCamelCase = false
    /// Whether answers show passwords, as the open-source server's do.
    public var returnsPasswords = true
    /// Whether `media` is known. Off: a trunk's `media` is dropped unseen, as by servers built before June 2026, which
    /// go by `media_encryption` alone.
    public var knowsMedia = true
    /// Whether a list with `page` goes on to the end by itself, as the open-source server's does. Off: it ends after
    /// `limit` objects.
    public var followsPages = true
    /// Whether a name that an enumeration does not have is refused, as parsers of protobuf's JSON do unless told otherwise. The
    /// open-source server drops it like an unknown member. Unknown of LiveKit Cloud.
    public var refusesUnknownNames = false
    /// Whether inbound trunks have `ringing_timeout_status`, as the protocol does since autumn 2026. The open-source server
    /// of August 2026 does not.
    public var knowsRingingTimeoutStatus = false
    /// Whether the search for conflicts meets a new object after those that are stored. The open-source server searches the two
    /// side by side, so that either may come first; the refusal names its objects in that order.
    public var meetsNewObjectLast = false
    /// Whether a create does not see the object that the request just before it made, as when both arrive at the same time: the
    /// open-source server takes no lock.
    public var overlooksCreatesInFlight = false
    /// Whether `LIVEKIT_URL` begins with `ws`, as LiveKit Cloud shows it, instead of `http`.
    public var namesWebSocketURL = false

    public init() {}
}

/// LiveKit's API for SIP trunks and dispatch rules. <https://docs.livekit.io/reference/telephony/sip-api/>
///
/// Tokens are verified. Bodies are read as the open-source server reads them: unknown members and fields that an
/// update cannot change are dropped without a word, and recorded as violations. Calls are not imitated.
public final class LiveKitService: PlatformService {
    public static let vendor = "livekit"
    /// The sandbox's API key.
    public static let apiKey = "APIsandbox00key"
    /// Its secret; no secret, and made to look like none.
    public static let apiSecret = "sandbox-livekit-secret-not-a-secret"
    /// Where the sandbox's project takes calls. No such host exists.
    public static let sipHost = "sandbox0project.sip.livekit.cloud"

    private let quirks: LiveKitQuirks
    private let now: @Sendable () -> Date
    private let store: Mutex<LiveKitStore>

    public convenience init() { self.init(quirks: LiveKitQuirks()) }

    /// - Parameter now: The clock by which tokens begin and end to be valid.
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

    // MARK: Putting state in

    /// Adds an inbound trunk that nobody here made, as it stands: nothing is checked.
    ///
    /// - Parameter members: Under the protocol's names, such as `allowed_numbers`.
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
