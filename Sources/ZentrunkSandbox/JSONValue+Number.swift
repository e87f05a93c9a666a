package import ZentrunkJSON

extension JSONValue {
    /// The number, whether it was written as an integer or not; nil when this is something else.
    package var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
