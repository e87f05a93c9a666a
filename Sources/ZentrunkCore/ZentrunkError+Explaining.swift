import ZentrunkJSON

extension ZentrunkError {
    /// Creates the error that explains another one to the user.
    init(explaining error: any Error) {
        self =
            switch error {
            case let error as ZentrunkError: error
            case let error as APIError: error.zentrunkError
            case let rival as Rival: rival.error
            case let error as TemplateError: error.zentrunkError
            case is CancellationError: ZentrunkError(.cancelled, "stopped before it was done")
            case let unsettled as SettledWrites.Unsettled: ZentrunkError(explaining: unsettled.cause)
            case let taken as SettledWrites.NameTaken: taken.cause.zentrunkError
            case let error as TransportError:
                ZentrunkError(
                    .unavailable, error.message, at: .wire, status: error.status, cause: error, remedies: error.remedies
                )
            case let error as AddressError: ZentrunkError(error)
            // Kinds read vendors' responses only.
            case is JSONDecodingError, is JSONSyntaxError:
                ZentrunkError(.unavailable, "an answer cannot be understood: \(error)", at: .wire, cause: error)
            default: ZentrunkError(internalFault: error)
            }
    }
}
