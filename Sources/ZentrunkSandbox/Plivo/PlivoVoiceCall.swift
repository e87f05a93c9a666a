import Foundation
import ZentrunkJSON

/// The part of Plivo's Voice API that starts a call. <https://www.plivo.com/docs/voice/api/call/make-a-call>
///
/// Whether a call to a number of the same account enters its trunk is not documented. Here it does.
extension PlivoService {
    public func answer(_ request: SandboxRequest, through exchange: SandboxExchange) -> SandboxAnswer {
        guard request.method == "POST", request.path.hasSuffix("/Call/"), !request.path.contains("/Zentrunk/") else {
            return answer(request)
        }
        do throws(PlivoRefusal) {
            let call = try reading { $0 }.voiceCall(request)
            exchange.place(call)
            return .json(
                201,
                [
                    "api_id": .string(PlivoAnswer.apiID()), "message": "call fired",
                    "request_uuid": .string(UUID().uuidString.lowercased()),
                ])
        } catch {
            return error.answer
        }
    }
}

extension PlivoStore {
    /// Reads the body of a call.
    fileprivate func voiceCall(_ request: SandboxRequest) throws(PlivoRefusal) -> SandboxCall {
        guard isAuthorized(request) else { throw PlivoCall.unauthorized }
        let call = try PlivoCall(request, account: quirks.authID)
        let from = PlivoNumber.digits(of: try call.required("from"))
        let to = PlivoNumber.digits(of: try call.required("to"))
        _ = try call.required("answer_url")
        guard from != to else { throw call.refusal(400, "from and to must differ") }
        guard numbers.contains(where: { $0.digits == from && $0.voiceEnabled && $0.active }) else {
            throw call.refusal(400, "from is not a number of the account")
        }
        return SandboxCall(.inbound, from: "+" + from, to: "+" + to)
    }
}
