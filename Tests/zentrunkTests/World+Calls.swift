import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

extension World {
    /// Places a call in each direction over the first number and the platform, and returns those that are not answered.
    func silent(_ pairing: Pairing) -> [String] {
        let number = "+14155550100"
        let calls = [
            SandboxCall.inbound(to: number),
            SandboxCall(.outbound, from: number, to: "+442079460000", platform: pairing.vendor),
        ]
        return calls.compactMap { call in
            let outcome = sandbox.call(call)
            return outcome.isAnswered ? nil : "\(call.direction): \(outcome.reply.reason)"
        }
    }
}

extension JSONValue {
    /// A sandbox's state without what calls left in it.
    var withoutCalls: JSONValue {
        .object(
            JSONObject(
                (object ?? [:]).map { vendor in
                    var tables = vendor.value.object ?? [:]
                    for name in ["calls", "conversations", "rooms"] { tables[name] = .none }
                    return (vendor.name, .object(tables))
                }))
    }
}
