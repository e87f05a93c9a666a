extension PlivoService {
    /// Takes a number away from the account, as when it is given back.
    public func disown(number: String) {
        changing { store in store.numbers.removeAll { $0.digits == PlivoNumber.digits(of: number) } }
    }
}
