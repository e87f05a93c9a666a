/// The boundaries at which foreign data enters. Each has promises that hold for any input.
enum FuzzTarget: String, CaseIterable, Sendable {
    case json, template, expression, address
    case plivo, elevenlabs, livekit, vapi

    /// Checks the promises of the boundary with an input.
    ///
    /// - Throws: ``BrokenPromise``, or an unexpected error of the code under test.
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

/// A promise that an input breaks.
struct BrokenPromise: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// - Throws: ``BrokenPromise`` if it does not hold.
func promise(_ holds: Bool, _ text: @autoclosure () -> String) throws(BrokenPromise) {
    if !holds { throw BrokenPromise(text()) }
}

/// - Throws: ``BrokenPromise`` if the text could affect a terminal or a log beyond its line.
func promiseOneLine(_ text: String, _ what: String) throws(BrokenPromise) {
    try promise(
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
        "\(what) has control characters: \(text.debugDescription)")
}
