import HTTPTypes
@_spi(Adapter) package import ZentrunkCore
import ZentrunkJSON

extension PlivoAccount {
    /// What the calling side says to a platform that answers: Plivo's own demonstration, so that no server is needed.
    private static let answer = "https://s3.amazonaws.com/static.plivo.com/answer.xml"

    /// Calls a number through Plivo's Voice API. <https://www.plivo.com/docs/voice/api/call/make-a-call>
    ///
    /// The call costs money. This account must have been created with a transport that sends every request at most once.
    ///
    /// - Parameters:
    ///   - caller: A number of the account, other than `number`.
    ///   - longest: The longest duration of the call, in seconds.
    /// - Throws: `APIError`.
    package func callByVoice(_ number: PhoneNumber, from caller: PhoneNumber, longest: Int) async throws {
        _ = try await client.call(
            .post, root + "Call/",
            body: [
                "from": .string(caller.digits), "to": .string(number.digits), "answer_url": .string(Self.answer),
                "answer_method": "GET", "time_limit": .integer(Int64(longest)),
                "ring_timeout": 60,
            ], access: .write)
    }
}
