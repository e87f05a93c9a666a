public import ZentrunkJSON

/// A decimal number as a vendor wrote it: an amount of money, a rate or a measurement. It is never rounded.
public struct ExactDecimal: Sendable {
    /// The number without its point.
    private let unscaled: Int128
    /// The number of digits after the point.
    private let scale: Int
    /// The number as written: `0.00650`.
    public let text: String

    /// The limits of digits before and after the point. Numbers within them compare exactly.
    public static let mostDigits = (before: 15, after: 18)

    /// Zero.
    public static let zero = ExactDecimal(unscaled: 0, scale: 0)

    /// Returns a whole number.
    public static func whole(_ number: Int) -> ExactDecimal { ExactDecimal(unscaled: Int128(number), scale: 0) }

    /// Parses digits with an optional sign and an optional point: `0.00650`, `-12`.
    ///
    /// - Returns: nil for other texts, such as one with an exponent, and for more digits than ``mostDigits``.
    public init?(_ text: String) {
        let isNegative = text.first == "-"
        let parts = (isNegative ? text.dropFirst() : text[...]).split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count),
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        let fraction = parts.count > 1 ? parts[1] : ""
        guard parts[0].utf8.count <= Self.mostDigits.before, fraction.utf8.count <= Self.mostDigits.after,
            let value = Int128(parts[0] + fraction)
        else { return nil }
        self.unscaled = isNegative ? -value : value
        scale = fraction.utf8.count
        self.text = text
    }

    /// Reads a string or a number of a JSON document. A number is taken by its shortest text, which is the same number.
    ///
    /// - Returns: nil for other values, empty strings, and numbers that are written with an exponent.
    public init?(_ json: JSONValue) {
        switch json {
        case .string(let text): self.init(text)
        case .integer(let number): self.init(String(number))
        case .double(let number): self.init(number.description)
        default: return nil
        }
    }

    private init(unscaled: Int128, scale: Int) {
        self.unscaled = unscaled
        self.scale = scale
        let digits = String(unscaled.magnitude)
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        let point = padded.index(padded.endIndex, offsetBy: -scale)
        text = (unscaled < 0 ? "-" : "") + padded[..<point] + (scale > 0 ? "." + padded[point...] : "")
    }

    /// The nearest double, for averages and drawings.
    public var rounded: Double { Double(text) ?? 0 }

    /// Returns the number without its point, at a scale that is not smaller than its own.
    private func unscaled(at wider: Int) -> Int128 {
        (scale..<wider).reduce(unscaled) { value, _ in
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            return isTooLarge ? (value < 0 ? .min : .max) : product
        }
    }

    /// The exact sum; it has the longer fraction of both. A sum beyond 38 digits, which takes more than 100,000 numbers of
    /// the largest size, becomes the largest number.
    public static func + (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
        let scale = max(left.scale, right.scale)
        let (sum, isTooLarge) = left.unscaled(at: scale).addingReportingOverflow(right.unscaled(at: scale))
        return ExactDecimal(unscaled: isTooLarge ? (left.unscaled < 0 ? .min : .max) : sum, scale: scale)
    }

    /// Adds a number.
    public static func += (left: inout ExactDecimal, right: ExactDecimal) { left = left + right }
}

extension ExactDecimal: Comparable, Hashable, CustomStringConvertible {
    /// The number as written.
    public var description: String { text }

    /// Whether the left number is smaller.
    public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        let scale = max(left.scale, right.scale)
        return left.unscaled(at: scale) < right.unscaled(at: scale)
    }

    /// Whether the numbers are equal, however they are written: `0.5` is `0.50`.
    public static func == (left: ExactDecimal, right: ExactDecimal) -> Bool {
        let scale = max(left.scale, right.scale)
        return left.unscaled(at: scale) == right.unscaled(at: scale)
    }

    /// Hashes the number, however it is written.
    public func hash(into hasher: inout Hasher) {
        var (unscaled, scale) = (unscaled, scale)
        while scale > 0, unscaled % 10 == 0 {
            unscaled /= 10
            scale -= 1
        }
        hasher.combine(unscaled)
        hasher.combine(scale)
    }
}
