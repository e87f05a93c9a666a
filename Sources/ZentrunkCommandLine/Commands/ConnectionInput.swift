@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// Checks of a connection's options that depend on the live state.
enum ConnectionInput {
    /// Rejects a name for a new connection that looks like an option or like another name. Existing connections keep theirs.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`.
    static func checkName(_ plan: Plan) throws(ZentrunkError) {
        let name = plan.connection.name.description
        guard plan.isNew, name.hasPrefix("-") || name.contains("--") else { return }
        throw ZentrunkError(
            .invalid,
            "\"\(name)\" is not a valid name for a new connection: it must begin with a letter or digit and must not contain \"--\""
        )
    }

    /// Returns warnings about the connection's origination URIs: no transport, or no encryption.
    static func warnings(_ plan: Plan) -> [Warning] {
        guard let text = plan.connection.values["failover"]?.string, let uri = try? OriginationURI(text) else {
            return []
        }
        var warnings = uri.transportWarning.map { [Warning.noTransport("failover: \($0)")] } ?? []
        if plan.connection.isSecure, !uri.isSecure {
            warnings.append(
                .insecureFailover(
                    "failover: calls to \(uri) are not encrypted, although the connection is secure: use a host with ;transport=tls"
                ))
        }
        return warnings
    }
}

extension OriginationURI {
    /// The warning about a URI without a transport. A shell cuts an unquoted URI off at the `;`.
    var transportWarning: String? {
        guard transport == nil else { return nil }
        return
            "\(self) has no transport, and Plivo documents no default: add ;transport=udp, tcp or tls, and put the "
            + "whole URI in quotes"
    }
}
