import ZentrunkJSON

/// The checks of requested numbers against the carrier's account.
struct AccountNumbers {
    let kinds: KindTable

    /// Refuses numbers that were written without a plus and whose digits are not on the account.
    ///
    /// - Parameters:
    ///   - request: The request with the numbers.
    ///   - state: The live state, with the routes of the request's numbers.
    /// - Throws: ``ZentrunkError`` `notFound`, which lists all of them with similar numbers of the account.
    func checkDigits(of request: ConnectionRequest, _ state: inout LiveState) async throws {
        let missing = request.numbers.filter { number in
            request.withoutPlus[number] != nil && state.routes[number].map { $0 == nil } ?? false
        }
        guard !missing.isEmpty else { return }
        try await readOwned(about: missing, into: &state)
        var sentences = missing.prefix(Self.most).map { number in
            "\(request.withoutPlus[number] ?? ""): the account has no number \(number.digits)\(number.hint(among: state.numbersOfAccount))"
        }
        if missing.count > Self.most { sentences.append("and \(missing.count - Self.most) more") }
        throw ZentrunkError(
            .notFound,
            "a number without + and country code is taken only when the account has exactly its digits; "
                + sentences.joined(separator: "; "),
            at: .carrier, remedies: [.listNumbers])
    }

    /// Reads the account's numbers if a requested one is missing there, to suggest similar ones.
    ///
    /// If the list cannot be read, the error has no suggestion.
    func readOwned(about numbers: [PhoneNumber], into state: inout LiveState) async throws {
        guard state.numbersOfAccount.isEmpty, numbers.contains(where: { state.routes[$0].map { $0 == nil } ?? false })
        else { return }
        do {
            state.numbersOfAccount = try await kinds.route.find(.everything).compactMap {
                PhoneNumber(vendorSpelling: $0.id)
            }
        } catch let error as CancellationError {
            throw error
        } catch {}
    }

    private static let most = 20
}
