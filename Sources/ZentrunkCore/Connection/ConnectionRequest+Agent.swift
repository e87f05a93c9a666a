extension ConnectionRequest {
    /// Sets the parameter of the template that has the role of the agent.
    ///
    /// - Throws: ``ZentrunkError`` `invalid` if the template has none.
    mutating func set(_ agent: String, of template: Template) throws(ZentrunkError) {
        guard let parameter = template.parameters.first(where: { $0.role == .agent }) else {
            throw ZentrunkError(
                .invalid, "the template of \(template.pairing) does not say which parameter names the agent",
                remedies: [.listParameters(template.pairing)])
        }
        if values[parameter.name] == nil { values[parameter.name] = .text(agent) }
    }
}
