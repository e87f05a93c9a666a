@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// The record of a completed call over a trunk. <https://docs.plivo.com/docs/sip-trunking/api/calls>
///
/// Calls that ring or are active have no record. A member that is missing, empty or of another type is nil; ``fields``
/// has it as received.
public struct CallRecord: Sendable, Hashable, Identifiable {
    /// The side that ended the signalling, `hangup_source`. It does not say who has to act. An open set: compare with the
    /// constants.
    public struct HangupSource: RawRepresentable, Sendable, Hashable {
        /// The value in the API, lower case.
        public let rawValue: String
        /// Creates a source from the value in the API, whose case varies.
        public init(rawValue: String) { self.rawValue = rawValue.lowercased() }

        /// The platform, or another system behind the trunk.
        public static let customer = HangupSource(rawValue: "customer")
        /// The phone network.
        public static let carrier = HangupSource(rawValue: "carrier")
        /// Plivo.
        public static let zentrunk = HangupSource(rawValue: "zentrunk")
    }

    /// The transport of the signalling, `transport_protocol`. An open set: compare with the constants.
    public struct Transport: RawRepresentable, Sendable, Hashable {
        /// The value in the API, lower case.
        public let rawValue: String
        /// Creates a transport from the value in the API, whose case varies.
        public init(rawValue: String) { self.rawValue = rawValue.lowercased() }

        /// UDP.
        public static let udp = Transport(rawValue: "udp")
        /// TCP.
        public static let tcp = Transport(rawValue: "tcp")
        /// TLS over TCP.
        public static let tls = Transport(rawValue: "tls")
    }

    /// Whether the caller id was verified, `stir_verification`. An open set: compare with the constants.
    public struct Verification: RawRepresentable, Sendable, Hashable {
        /// The value in the API, lower case.
        public let rawValue: String
        /// Creates a verification from the value in the API, whose case varies.
        public init(rawValue: String) { self.rawValue = rawValue.lowercased() }

        /// Plivo verified the caller id.
        public static let verified = Verification(rawValue: "verified")
        /// Plivo did not verify the caller id.
        public static let notVerified = Verification(rawValue: "not verified")
        /// Verification does not apply to the call.
        public static let notApplicable = Verification(rawValue: "not applicable")

        /// The value of a filter, in the case of the documentation.
        var filterValue: String { rawValue.split(separator: " ").map(\.capitalisedWord).joined(separator: " ") }
    }

    /// Plivo's id, `call_uuid`; ``unknownID`` if a record of a list has none.
    public let id: String
    /// All members as received.
    public let fields: JSONObject

    /// Reads a record.
    ///
    /// - Throws: `JSONDecodingError` if it has no id.
    public init(_ cursor: JSONCursor) throws(JSONDecodingError) {
        id = try cursor.member("call_uuid").string()
        fields = try cursor.members()
    }

    /// Reads a record of a list, where one without an id must not hide the others.
    ///
    /// - Throws: `JSONDecodingError` if it is not an object.
    init(listed cursor: JSONCursor) throws(JSONDecodingError) {
        fields = try cursor.members()
        id = fields["call_uuid"]?.string ?? Self.unknownID
    }

    /// What ``id`` is for a record without one.
    public static let unknownID = "unknown"

    /// What distinguishes the record from others: the id, or everything that it has.
    package var key: String { id == Self.unknownID ? JSONValue.object(fields).text() : id }

    /// The names of the members, in the order in which they are shown.
    public static let names = [
        "call_uuid", "call_id", "call_direction", "from_number", "to_number", "initiation_time", "answer_time",
        "end_time", "call_duration", "bill_duration", "billed_duration", "hangup_cause_code", "hangup_cause_name",
        "hangup_source", "trunk_domain", "transport_protocol", "srtp", "secure_trunking", "from_country", "to_country",
        "stir_verification", "attestation_indicator", "cnam_lookup", "total_rate", "total_amount",
        "secure_trunking_rate", "cnam_lookup_rate",
    ]

    /// The documented members with their names in the API; null where Plivo returns nothing.
    public var members: JSONObject { JSONObject(Self.names.map { ($0, fields[$0] ?? .null) }) }

    private func text(_ name: String) -> String? { fields[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
    private func time(_ name: String) -> UTCTime? { text(name).flatMap { UTCTime($0) } }
    private func seconds(_ name: String) -> Duration? { fields[name]?.integer.map { .seconds($0) } }
    private func decimal(_ name: String) -> ExactDecimal? { fields[name].flatMap { ExactDecimal($0) } }
}

extension CallRecord {
    // MARK: Parties and times

    /// `call_id`: the Call-ID of SIP, which Plivo returns without documenting it.
    public var sipCallID: String? { text("call_id") }
    /// `call_direction`.
    public var direction: Trunk.Direction? { text("call_direction").map { .init(rawValue: $0.lowercased()) } }
    /// `from_number`; nil for a caller without a number, whose text is in ``fields``.
    public var from: PhoneNumber? { text("from_number").flatMap { PhoneNumber(vendorSpelling: $0) } }
    /// `to_number`.
    public var to: PhoneNumber? { text("to_number").flatMap { PhoneNumber(vendorSpelling: $0) } }
    /// The account's own number: the called one of an inbound call, and the caller id of an outbound one.
    public var accountNumber: PhoneNumber? {
        switch direction {
        case .inbound?: to
        case .outbound?: from
        default: nil
        }
    }
    /// `from_country`, by ISO 3166.
    public var fromCountry: String? { text("from_country") }
    /// `to_country`, by ISO 3166.
    public var toCountry: String? { text("to_country") }
    /// `initiation_time`: when the call was set up.
    public var initiated: UTCTime? { time("initiation_time") }
    /// `answer_time`. Whether an unanswered call has one is not documented: use ``isAnswered``.
    public var answered: UTCTime? { time("answer_time") }
    /// `end_time`.
    public var ended: UTCTime? { time("end_time") }

    /// `call_duration`: the time on the line.
    public var duration: Duration? { seconds("call_duration") }
    /// `bill_duration`: the time to bill.
    public var billDuration: Duration? { seconds("bill_duration") }
    /// `billed_duration`: the time that was billed. It is not derived from the duration, since increments vary.
    public var billedDuration: Duration? { seconds("billed_duration") }

    // MARK: Outcome

    /// `hangup_cause_code`, also if it is a text.
    /// <https://www.plivo.com/docs/sip-trunking/troubleshooting/zentrunk-hangup-codes>
    public var hangupCode: Int? {
        let code = fields["hangup_cause_code"]
        return code?.integer.map { Int($0) } ?? code?.string.flatMap { Int($0) }
    }
    /// `hangup_cause_name`. It can differ from the documented name, so identify causes by ``hangupCode``.
    public var hangupName: String? { text("hangup_cause_name") }
    /// `hangup_source`.
    public var hangupSource: HangupSource? { text("hangup_source").map { HangupSource(rawValue: $0) } }

    /// Whether the call lasted.
    public var isAnswered: Bool { (duration ?? .zero) > .zero }
    /// Whether the call lasted and ended normally, by the codes 3000 and 3010. A call that ends with them after 0 s is
    /// not successful.
    public var isSuccessful: Bool { isAnswered && (hangupCode == 3000 || hangupCode == 3010) }

    // MARK: Trunk

    /// `trunk_domain`. It can have the label of a region after the trunk's id.
    public var trunkDomain: String? { text("trunk_domain") }
    /// The id of the trunk: the first label of ``trunkDomain``.
    public var trunkID: Trunk.ID? { trunkDomain.map { String($0.prefix { $0 != "." }) } }
    /// Whether the call went over the trunk.
    public func used(_ trunk: Trunk) -> Bool { trunkID == trunk.id }
    /// `transport_protocol`.
    public var transport: Transport? { text("transport_protocol").map { Transport(rawValue: $0) } }
    /// `srtp`: whether media was encrypted.
    public var isMediaEncrypted: Bool? { fields["srtp"]?.bool }
    /// `secure_trunking`.
    public var isSecure: Bool? { fields["secure_trunking"]?.bool }

    // MARK: Caller id

    /// `stir_verification`.
    public var verification: Verification? { text("stir_verification").map { Verification(rawValue: $0) } }
    /// `attestation_indicator`: A, B or C. Plivo writes "null" and "" for none.
    public var attestation: String? { text("attestation_indicator").flatMap { $0.lowercased() == "null" ? nil : $0 } }
    /// `cnam_lookup`: whether the caller's name was looked up.
    public var hasCallerNameLookup: Bool? { fields["cnam_lookup"]?.bool }

    // MARK: Cost in USD

    /// `total_rate`, per minute.
    public var totalRate: ExactDecimal? { decimal("total_rate") }
    /// `total_amount`: the cost of the call, including secure trunking and the look-up of the caller's name.
    public var totalAmount: ExactDecimal? { decimal("total_amount") }
    /// `secure_trunking_rate`, per minute.
    public var secureTrunkingRate: ExactDecimal? { decimal("secure_trunking_rate") }
    /// `cnam_lookup_rate`; Plivo returns it without documenting it.
    public var callerNameLookupRate: ExactDecimal? { decimal("cnam_lookup_rate") }
}

extension Substring {
    /// The word with an upper-case first letter.
    fileprivate var capitalisedWord: String { prefix(1).uppercased() + dropFirst() }
}
