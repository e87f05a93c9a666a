@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// The quality of a call's media, as Plivo measured it. <https://docs.plivo.com/docs/sip-trunking/api/calls>
///
/// Figures are strings in the API and stay decimal here. A figure that is missing or not a number is nil; ``fields`` has
/// it as received.
public struct CallInsights: Sendable, Hashable, Identifiable {
    /// One end of a call.
    public struct Party: Sendable, Hashable {
        /// `number`.
        public var number: PhoneNumber?
        /// `carrier`: the name of the phone company.
        public var carrier: String?
        /// `region`.
        public var region: String?
    }

    /// Plivo's bands of the quality score.
    public enum Quality: String, Sendable, Hashable, CaseIterable {
        /// Below 2.
        case poor
        /// From 2.
        case fair
        /// From 3.
        case good
        /// From 4, up to 5.
        case excellent
    }

    /// Plivo's id of the call, `call_uuid`.
    public let id: CallRecord.ID
    /// All members as received.
    public let fields: JSONObject

    /// Reads the figures.
    ///
    /// - Throws: `JSONDecodingError` if they have no id of a call.
    public init(_ cursor: JSONCursor) throws(JSONDecodingError) {
        id = try cursor.member("call_uuid").string()
        fields = try cursor.members()
    }

    /// `from`: the caller.
    public var from: Party { party("from") }
    /// `to`: the called party.
    public var to: Party { party("to") }
    /// `hangup_cause`: the name of the cause.
    public var hangupName: String? { fields["hangup_cause"]?.string }
    /// `hangup_source`.
    public var hangupSource: CallRecord.HangupSource? {
        fields["hangup_source"]?.string.map { CallRecord.HangupSource(rawValue: $0) }
    }

    /// `rtt`: the round-trip time in milliseconds.
    public var roundTripMilliseconds: ExactDecimal? { decimal("rtt") }
    /// `jitter` in milliseconds.
    public var jitterMilliseconds: ExactDecimal? { decimal("jitter") }
    /// `packet_loss` in percent.
    public var packetLossPercent: ExactDecimal? { decimal("packet_loss") }
    /// `post_dial_delay` in milliseconds.
    public var postDialDelayMilliseconds: ExactDecimal? { decimal("post_dial_delay") }
    /// `plivo_quality_score`, from 1 to 5.
    public var score: ExactDecimal? { decimal("plivo_quality_score") }

    /// The band of the score.
    public var quality: Quality? {
        guard let score else { return nil }
        return switch score {
        case ..<Self.two: .poor
        case ..<Self.three: .fair
        case ..<Self.four: .good
        default: .excellent
        }
    }

    private static let two = ExactDecimal.whole(2)
    private static let three = ExactDecimal.whole(3)
    private static let four = ExactDecimal.whole(4)

    private func decimal(_ name: String) -> ExactDecimal? { fields[name].flatMap { ExactDecimal($0) } }

    private func party(_ name: String) -> Party {
        func text(_ member: String) -> String? { fields[name]?[member]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        return Party(
            number: text("number").flatMap { PhoneNumber(vendorSpelling: $0) }, carrier: text("carrier"),
            region: text("region"))
    }
}
