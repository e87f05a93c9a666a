import ZentrunkJSON

/// What the account says about the numbers that were asked for.
extension Planner {
    /// Refuses numbers that were written without a plus and whose digits the account does not have.
    ///
    /// - Parameter state: With the routes of the request's numbers.
    /// - Throws: ``ZentrunkError`` `notFound` that names all of them, with the owned numbers that may be meant.
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
            at: .carrier, next: ["zentrunk number list"])
    }

    /// Reads the account's numbers when one of those that are asked for is missing there, to find the one that was meant.
    ///
    /// A list that cannot be read leaves the refusal without a suggestion.
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
