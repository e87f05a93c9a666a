// swift-tools-version: 6.2
import PackageDescription

// Programs for `make fuzz`. A separate package, so that users of the main package do not build it. The main package's
// tests also compile `Promises` and run it on the corpora.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let products = ["JSON", "Core", "Platforms", "Plivo"].map { "Zentrunk\($0)" }

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
