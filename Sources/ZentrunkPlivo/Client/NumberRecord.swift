@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// A phone number of the account, and its route. <https://www.plivo.com/docs/numbers/api/account-phone-number>
///
/// Numbers can be read and routed here, but not rented or released.
public struct NumberRecord: ZentrunkObject {
    /// The destination of a number's calls.
    public enum Route: Sendable, Hashable {
        /// An inbound trunk.
        case trunk(Trunk.ID)
        /// An XML or PHLO application.
        case application(String)
    }

    public static let title = "number"
    public static let fields = [
        "number", "alias", "trunk_id", "application_id", "voice_enabled", "active", "number_type", "country", "region",
    ]

    @_spi(Adapter) public let live: LiveObject
    @_spi(Adapter) public init(_ live: LiveObject) { self.live = live }

    /// `number`, with its plus.
    public var number: PhoneNumber? { PhoneNumber(vendorSpelling: text("number") ?? id) }
    /// `alias`: the account's own name for the number.
    public var name: String? { text("alias") }
    /// `application`, parsed; nil if nothing answers. There is no confirmed way to restore that state.
    public var route: Route? {
        text("trunk_id").map { .trunk($0) } ?? text("application_id").map { .application($0) }
    }
    /// `voice_enabled`: whether the number can make or receive calls.
    public var isVoiceEnabled: Bool { flag("voice_enabled") ?? true }
    /// `active`; Plivo returns it without documenting it.
    public var isActive: Bool { flag("active") ?? true }
    /// `number_type`: local, fixed, tollfree, mobile or national.
    public var type: String? { text("number_type") }
    /// `country`.
    public var country: String? { text("country") }
    /// `region`.
    public var region: String? { text("region") }

    /// Whether the text consists of digits, with or without a plus.
    public static func isID(_ text: String) -> Bool { PhoneNumber(vendorSpelling: text) != nil }

    /// The members with their names in the API, except that the number has a plus, and `trunk_id` or `application_id`
    /// replaces `application`.
    public var members: JSONObject {
        var members = JSONObject(Self.fields.map { ($0, live.fields[$0] ?? .null) })
        if let number { members["number"] = .string(number.e164) }
        return members
    }

    public var label: String { number.map { "number \($0)" } ?? "number \(id)" }
}

extension NumberRecord.Route {
    var members: JSONObject {
        switch self {
        case .trunk(let id): ["trunk_id": .string(id), "application_id": .null]
        case .application(let id): ["trunk_id": .null, "application_id": .string(id)]
        }
    }
}
