import ZentrunkJSON

/// The conversion of a user's request to a connection, by the template's parameters.
struct ConnectionOptions: Sendable {
    let template: Template
    let platform: PlatformID

    /// Returns the connection that the request describes.
    ///
    /// - Parameters:
    ///   - request: The user's request.
    ///   - base: The existing connection; what the request leaves out keeps its value.
    /// - Throws: ``ZentrunkError`` `invalid` for unknown parameters and invalid values.
    func connection(_ request: ConnectionRequest, over base: Connection?) throws(ZentrunkError) -> Connection {
        let parameters = template.allParameters
        var values = base?.values ?? [:]
        for (name, value) in request.values.sorted(by: { $0.key < $1.key }) {
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                throw ZentrunkError(
                    .invalid,
                    "\(platform) has no parameter \"\(name)\"\(Spelling.hint(for: name, among: parameters.map(\.name)))",
                    remedies: [.listParameters(platform)])
            }
            values[name] = try value.text.map { (text) throws(ZentrunkError) in try parameter.value(text) }
        }
        for parameter in parameters where values[parameter.name] == nil {
            // A removed value stays removed; a parameter takes its default only if it was never set.
            if request.values[parameter.name] == nil || parameter.type.mustHaveValue {
                let given = try request.fallbacks[parameter.name].map { (text) throws(ZentrunkError) in
                    try parameter.value(text, from: parameter.environment)
                }
                let isNew = base == nil || parameter.type.mustHaveValue
                values[parameter.name] = given ?? (isNew ? parameter.defaultValue : nil)
            }
        }
        var numbers = base?.numbers ?? []
        numbers.add(request.numbers)
        return Connection(platform: platform, name: request.name, numbers: numbers, values: values)
    }

    /// Checks that the connection has a number.
    ///
    /// - Throws: ``ZentrunkError`` `noNumber` if it has none.
    func checkPresence(_ connection: Connection) throws(ZentrunkError) {
        guard !connection.numbers.isEmpty else {
            throw ZentrunkError(
                .noNumber,
                "the connection \(platform)/\(connection.name) does not exist yet, and a new one needs a number",
                remedies: [.listNumbers])
        }
    }

    /// Returns the template's warnings about a connection.
    ///
    /// - Parameter isThere: Whether the connection is only inspected. Then the template's refusals are warnings as
    ///   well.
    func warnings(about connection: Connection, isThere: Bool) -> [Warning] {
        let refused = isThere ? refusal(of: connection) { _ in true } : nil
        let cautions = template.warnings.filter { $0.condition.holds(connection.templateValues) }.map {
            (Warning.Code($0.code), Self.sentence($0.reason, $0.source), $0.remedies)
        }
        let all = (refused.map { [(Warning.Code.unsupported, $0.message, $0.remedies)] } ?? []) + cautions
        let target = Remedy.Target(platform, connection.name)
        return all.map { code, message, remedies in
            Warning(
                code, message,
                remedies: remedies.map { remedy in
                    guard isThere, case .parameter(let parameter) = remedy else { return remedy }
                    return .connect(target, [parameter])
                })
        }
    }

    private static func sentence(_ reason: String, _ source: String?) -> String {
        reason + (source.map { " (\($0))" } ?? "")
    }

    /// Checks that all parameters are set that this connection needs.
    ///
    /// - Throws: ``ZentrunkError`` `invalid` for the first missing one.
    func checkRequired(_ connection: Connection) throws(ZentrunkError) {
        let values = connection.templateValues
        for parameter in template.allParameters {
            guard let required = parameter.required, required.holds(values) else { continue }
            if connection.values[parameter.name] == nil {
                let variable = parameter.environment.map { ", or the variable \($0)," } ?? ""
                throw ZentrunkError(
                    .invalid, "the parameter \(parameter.name)\(variable) is required here: \(parameter.help)",
                    remedies: [.listParameters(platform)])
            }
        }
    }

    /// Checks that the template does not refuse the connection.
    ///
    /// - Parameter isDecided: Whether a parameter without a value will certainly stay without one. Refusals that depend
    ///   on other parameters without a value are not checked yet.
    /// - Throws: ``ZentrunkError`` `unsupported` with the template's reason.
    func checkRefusals(
        _ connection: Connection, isDecided: (_ parameter: String) -> Bool = { _ in true }
    ) throws(ZentrunkError) {
        guard let refused = refusal(of: connection, isDecided) else { return }
        throw ZentrunkError(
            .unsupported, refused.message, remedies: refused.remedies)
    }

    /// Returns the template's reason to refuse the connection, and options that avoid it; nil if it does not refuse.
    private func refusal(
        of connection: Connection, _ isDecided: (_ parameter: String) -> Bool
    ) -> (message: String, remedies: [Remedy])? {
        let numbers: [PhoneNumber?] = connection.numbers.isEmpty ? [nil] : connection.numbers
        var values = connection.templateValues
        for refusal in template.refusals {
            let isOpen = refusal.condition.parameters.contains { name in
                connection.values[name] == nil && template.parameters.contains { $0.name == name } && !isDecided(name)
            }
            if isOpen { continue }
            for number in numbers {
                if let number { values["number"] = .string(number.e164) }
                guard refusal.condition.holds(values) else { continue }
                let about = refusal.condition.parameters.contains("number") ? number.map { "\($0): " } ?? "" : ""
                return (about + Self.sentence(refusal.reason, refusal.source), refusal.remedies)
            }
        }
        return nil
    }
}

extension TemplateParameter.ValueType {
    /// Whether the parameter always has a value once it has a default.
    var mustHaveValue: Bool {
        switch self {
        case .bool, .choice: true
        case .string, .id, .country, .host, .uri, .url: false
        }
    }
}
