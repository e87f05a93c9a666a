@_spi(Adapter) package import ZentrunkCore
package import ZentrunkJSON

/// A place on the wire that a live object of the carrier names: where a call goes, or comes in.
package struct WireDestination: Sendable, Hashable {
    /// Which half dials it.
    package enum Dialler: Sendable, Hashable {
        /// Plivo dials an origination URI for inbound calls.
        case carrier
        /// The platform dials a trunk's domain for outbound calls.
        case platform
    }

    /// Which half dials it.
    package var dialler: Dialler
    /// The address, without a password that it may contain.
    package var text: String
    /// The address, parsed; nil if it was entered elsewhere and is not valid.
    package var uri: OriginationURI?

    /// - Parameters:
    ///   - kind: The name of the object's kind.
    ///   - fields: The object's fields.
    /// - Returns: nil for objects that name no place.
    package init?(kind: String, _ fields: JSONObject) {
        switch kind {
        case ZentrunkKinds.originationURIKind:
            guard let text = fields["uri"]?.string, !text.isEmpty else { return nil }
            dialler = .carrier
            self.text = OriginationURI.masked(text)
            uri = try? OriginationURI(text)
        case ZentrunkKinds.trunk:
            guard fields["trunk_direction"] == "outbound", let domain = fields["trunk_domain"]?.string,
                !domain.isEmpty
            else { return nil }
            dialler = .platform
            // Without `secure`, the platform chooses between UDP and TCP.
            text = domain + (fields["secure"] == true ? ";transport=tls" : "")
            uri = try? OriginationURI(text)
        default: return nil
        }
    }
}
