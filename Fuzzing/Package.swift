// swift-tools-version: 6.2
import PackageDescription

// What `make fuzz` builds. A package of its own, so that using the parent does not build it; the parent's tests compile
// `Promises` too, and run them over the corpora.

let strict: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (Context.environment["ZENTRUNK_WARNINGS"] == "error" ? [.treatAllWarnings(as: .error)] : [])

let products = ["JSON", "Core", "Platforms", "Plivo", "Probe", "TemplateLint"].map { "Zentrunk\($0)" }

let package = Package(
    name: "zentrunk-fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "zentrunk-connect", path: ".."),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        .systemLibrary(name: "CFuzzer", path: "CFuzzer"),
        .executableTarget(
            name: "zentrunk-fuzz",
            dependencies: products.map { .product(name: $0, package: "zentrunk-connect") } + [
                "CFuzzer", .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            path: ".", exclude: ["CFuzzer", "Corpus", "Dictionaries", "Promises/Replay", "run"],
            sources: ["Promises", "Fuzzer"], swiftSettings: strict),
    ]
)
