@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlatforms

/// A boundary at which foreign data enters, with promises that hold for any input.
struct FuzzTarget: Sendable {
    let name: String
    /// The name of the dictionary with words for the fuzzer.
    let dictionary: String
    /// The maximum length of an input.
    let longest: Int
    /// The corpus folder, relative to the root of the repository.
    let corpus: String
    /// Checks the promises of the boundary with an input.
    ///
    /// - Throws: ``BrokenPromise``, or an unexpected error of the code under test.
    let check: @Sendable (_ input: [UInt8]) throws -> Void

    private init(
        _ name: String, dictionary: String, longest: Int = 1000, corpus: String? = nil,
        check: @escaping @Sendable (_ input: [UInt8]) throws -> Void
    ) {
        self.name = name
        self.dictionary = dictionary
        self.longest = longest
        self.corpus = corpus ?? "Fuzzing/Corpus/\(name)"
        self.check = check
    }

    private static func vendor(_ name: String, corpus: String? = nil) -> FuzzTarget {
        FuzzTarget(name, dictionary: "vendor", longest: 8000, corpus: corpus) {
            try VendorPromises.check($0, of: name)
        }
    }

    static let all: [FuzzTarget] =
        [
            FuzzTarget("json", dictionary: "json", check: JSONPromises.check),
            FuzzTarget("template", dictionary: "template", longest: 12000, check: TemplatePromises.check),
            FuzzTarget("expression", dictionary: "template") {
                try TemplatePromises.check(TemplatePromises.frame(around: $0))
            },
            FuzzTarget("address", dictionary: "address") {
                try AddressPromises.check(String(decoding: $0, as: UTF8.self))
            },
            FuzzTarget("sip", dictionary: "sip", longest: 4000, check: ReplyPromises.check),
            vendor("plivo"),
        ]
        + Platforms.all.map { vendor($0.adapter.platform.id.description, corpus: "Plugins/\($0.folder)/corpus") }
}

extension FuzzTarget: CustomStringConvertible {
    var description: String { name }
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
