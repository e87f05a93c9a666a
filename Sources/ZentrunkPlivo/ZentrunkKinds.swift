import HTTPTypes
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// The four kinds of Zentrunk objects.
///
/// Paths are case-sensitive (a wrong case is answered 503), end in a slash, and are updated with POST. The response to
/// a create contains the id only. Lists have pages of at most 20; larger limits are refused.
enum ZentrunkKinds {
    static let trunk = "zentrunk.trunk"
    private static let credentialKind = "zentrunk.credential"
    private static let accessControlListKind = "zentrunk.ip-access-control-list"
    static let originationURIKind = "zentrunk.origination-uri"

    /// Returns the kind of credentials. <https://www.plivo.com/docs/sip-trunking/api/credential>
    ///
    /// An update without a password clears the stored one, and a password without its username is refused, so every
    /// update contains both.
    static func credential(_ client: APIClient, _ root: String) -> RESTResource {
        resource(
            KindDescription(
                credentialKind, title: "credential", side: .carrier, idField: "credential_uuid",
                fields: [
                    "credential_uuid": .string.readOnly(), "name": .string, "username": .string.alwaysSent(),
                    "password": .string.writeOnly().alwaysSent(),
                ]), client, at: root + "Zentrunk/Credential/")
    }

    /// Returns the kind of access lists. <https://www.plivo.com/docs/sip-trunking/api/ip-access-control-list>
    static func accessControlList(_ client: APIClient, _ root: String) -> RESTResource {
        // One address is written both as 44.229.228.186 and as 44.229.228.186/32.
        let network = Field.string.normalised { value in
            value.string.flatMap { try? IPNetwork($0) }.map { .string($0.description) } ?? value
        }
        return resource(
            KindDescription(
                accessControlListKind, title: "IP access control list", side: .carrier, idField: "ipacl_uuid",
                fields: [
                    "ipacl_uuid": .string.readOnly(), "name": .string,
                    "ip_addresses": .list(of: network, unordered: true),
                ]), client, at: root + "Zentrunk/IPAccessControlList/")
    }

    /// Returns the kind of origination URIs. <https://www.plivo.com/docs/sip-trunking/api/origination-uri>
    ///
    /// Deleting one also deletes every trunk that uses it, as primary or as fallback. A new password must be sent with
    /// `authentication_needed` and the username.
    static func originationURI(_ client: APIClient, _ root: String) -> RESTResource {
        resource(
            KindDescription(
                originationURIKind, title: "origination URI", side: .carrier, idField: "uri_uuid",
                fields: [
                    "uri_uuid": .string.readOnly(), "name": .string, "uri": .string,
                    "authentication_needed": .boolean.defaulting(to: false).alwaysSent(),
                    "username": .string.alwaysSent().removed(.along(with: "authentication_needed")),
                    "password": .string.writeOnly().alwaysSent().removed(.along(with: "authentication_needed")),
                ]), client, at: root + "Zentrunk/URI/")
    }

    /// Returns the kind of trunks. <https://www.plivo.com/docs/sip-trunking/api/trunk>
    ///
    /// Names are unique. An update without `trunk_direction` is refused. There is no known way to clear a credential or
    /// an access list. A fallback is removed by setting it to the primary.
    static func trunk(_ client: APIClient, _ root: String) -> RESTResource {
        resource(
            KindDescription(
                trunk, title: "trunk", side: .carrier, idField: "trunk_id", hasUniqueNames: true,
                fields: [
                    "trunk_id": .string.readOnly(), "trunk_domain": .string.readOnly(), "name": .string,
                    "trunk_direction": .choice("inbound", "outbound").fixed().alwaysSent(),
                    "trunk_status": .choice("enabled", "disabled").defaulting(to: "enabled"),
                    "secure": .boolean.defaulting(to: false),
                    "primary_uri_uuid": .string.referring(to: originationURIKind),
                    "fallback_uri_uuid": .string.referring(to: originationURIKind).removed(
                        .byCopying("primary_uri_uuid")),
                    "credential_uuid": .string.referring(to: credentialKind),
                    "ipacl_uuid": .string.referring(to: accessControlListKind),
                ]), client, at: root + "Zentrunk/Trunk/",
            filters: ["credential_uuid", "ipacl_uuid", "primary_uri_uuid", "fallback_uri_uuid"])
    }

    static func resource(
        _ description: KindDescription, _ client: APIClient, at collection: String, filters: Set<String> = [],
        projection: @escaping @Sendable (JSONObject) -> JSONObject = { $0 }
    ) -> RESTResource {
        RESTResource(
            description, client: client, collection: collection,
            listing: .offset(
                items: "objects", total: JSONPointer(["meta", "total_count"]), pageSize: 20, limit: "limit",
                offset: "offset"),
            // A single record is either the entire response or under `object`, depending on the kind and the page of
            // the documentation.
            wrapper: "object", updateMethod: .post, filters: filters, projection: projection)
    }
}
