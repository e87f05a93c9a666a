import ZentrunkCore
import ZentrunkJSON

/// What is wrong with a connection's options only once it is known what is live.
enum ConnectionInput {
    /// Refuses a new connection whose name is read as an option or is hard to tell from others. One that exists keeps its name.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`.
    static func checkName(_ plan: Plan) throws(ZentrunkError) {
        let name = plan.connection.name.description
        guard plan.isNew, name.hasPrefix("-") || name.contains("--") else { return }
        throw ZentrunkError(
            .invalid,
            "\"\(name)\" is not a valid name for a new connection: begin with a letter or a digit, and write no \"--\"")
    }

    /// What Plivo leaves open about the URIs that the connection names.
    static func warnings(_ plan: Plan) -> [Warning] {
        guard let text = plan.connection.values["failover"]?.string, let uri = try? OriginationURI(text) else {
            return []
        }
        var warnings = uri.transportWarning.map { [Warning.noTransport("failover: \($0)")] } ?? []
        if plan.connection.isSecure, !uri.isSecure {
            warnings.append(
                .insecureFailover(
                    "failover: calls that \(uri) takes are not encrypted, although the connection is secure: give a host with ;transport=tls"
                ))
        }
        return warnings
    }
}

extension OriginationURI {
    /// What to say of a URI without a transport. A shell takes everything from an unquoted `;` away.
    var transportWarning: String? {
        guard transport == nil else { return nil }
        return
            "\(self) names no transport, and Plivo documents no default: add ;transport=udp, tcp or tls, and put the "
            + "whole URI in quotes"
    }
}
