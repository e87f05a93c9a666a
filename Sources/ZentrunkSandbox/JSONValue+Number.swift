package import ZentrunkJSON

extension JSONValue {
    /// The value of a number, integer or not; nil for other types.
    package var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
