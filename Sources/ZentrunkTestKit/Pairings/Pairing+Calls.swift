@_spi(Adapter) package import ZentrunkCore
package import ZentrunkJSON

extension Pairing {
    /// Returns what places calls at the platform, over a transport that answers as the script says and retries nothing.
    ///
    /// - Throws: What the adapter throws for the examples of its settings.
    package func calls(
        answering answers: ScriptedTransport.Answer...
    ) throws -> (calls: (any PlatformCalls)?, transport: ScriptedTransport) {
        let transport = ScriptedTransport(answers)
        let settings = PlatformSettings(
            Dictionary(adapter.platform.settings.filter(\.isRequired).map { ($0.variable, Secret($0.example)) }) {
                first, _ in first
            }, redactor: Redactor())
        return (try adapter.init(settings: settings, values: [:], transport: transport).calls, transport)
    }
}

extension CallOrder {
    /// A call from +14155550100 to +442079460000 for 30 seconds.
    ///
    /// - Parameter fields: The fields of the object that calls.
    package static func example(_ fields: JSONObject = [:]) throws -> CallOrder {
        CallOrder(
            objectID: "caller1", fields: fields, number: try PhoneNumber("+14155550100"),
            to: try PhoneNumber("+442079460000"), longest: 30, ringing: 45, reference: "test-1")
    }
}
