/// The boundaries at which texts of others come in; each has promises that hold for any text.
enum FuzzTarget: String, CaseIterable, Sendable {
    case json, template, expression, address
    case plivo, elevenlabs, livekit, vapi

    /// Shows the input to the boundary.
    ///
    /// - Throws: ``BrokenPromise``, or whatever came out that should not have.
    func check(_ input: [UInt8]) throws {
        switch self {
        case .json: try JSONPromises.check(input)
        case .template: try TemplatePromises.check(input)
        case .expression: try TemplatePromises.check(TemplatePromises.frame(around: input))
        case .address: try AddressPromises.check(String(decoding: input, as: UTF8.self))
        case .plivo, .elevenlabs, .livekit, .vapi: try VendorPromises.check(input, of: rawValue)
        }
    }
}

/// Something that should hold for every input and does not for this one.
struct BrokenPromise: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// - Throws: ``BrokenPromise`` when it does not hold.
func promise(_ holds: Bool, _ text: @autoclosure () -> String) throws(BrokenPromise) {
    if !holds { throw BrokenPromise(text()) }
}

/// - Throws: ``BrokenPromise`` when the text would do more in a terminal or a log than stand in its line.
func promiseOneLine(_ text: String, _ what: String) throws(BrokenPromise) {
    try promise(
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
        "\(what) has control characters: \(text.debugDescription)")
}
