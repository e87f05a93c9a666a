import ZentrunkCore
import ZentrunkPlatforms

/// A boundary at which texts of others come in, with promises that hold for any text.
struct FuzzTarget: Sendable {
    let name: String
    /// The name of the dictionary from which the fuzzer takes words.
    let dictionary: String
    /// The length of the longest input.
    let longest: Int
    /// The folder of the kept inputs, from the root of the repository.
    let corpus: String
    /// Shows the input to the boundary.
    ///
    /// - Throws: ``BrokenPromise``, or whatever came out that should not have.
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
            vendor("plivo"),
        ]
        + Platforms.all.map { vendor($0.adapter.platform.id.description, corpus: "Plugins/\($0.folder)/corpus") }
}

extension FuzzTarget: CustomStringConvertible {
    var description: String { name }
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
