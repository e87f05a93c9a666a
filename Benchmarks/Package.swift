// swift-tools-version: 6.2
import PackageDescription

// What `make bench` builds. A package of its own, so that using or testing the parent does not build it.

let strict: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (Context.environment["ZENTRUNK_WARNINGS"] == "error" ? [.treatAllWarnings(as: .error)] : [])

func parent(_ products: String...) -> [Target.Dependency] {
    products.map { .product(name: $0, package: "zentrunk-connect") }
}

let package = Package(
    name: "zentrunk-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "zentrunk-connect", path: ".."),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        .executableTarget(
            name: "account-bench",
            dependencies: parent(
                "ZentrunkCore", "ZentrunkCurl", "ZentrunkJSON", "ZentrunkPlatforms", "ZentrunkPlivo",
                "ZentrunkSandbox"),
            path: "account-bench", swiftSettings: strict),
        .executableTarget(
            name: "transport-bench",
            dependencies: parent("ZentrunkCore", "ZentrunkCurl") + [
                .product(name: "HTTPTypes", package: "swift-http-types")
            ],
            path: "transport-bench", swiftSettings: strict),
        .executableTarget(
            name: "journal-bench",
            // The command itself is a dependency, so that it can be built here together with the benchmarks.
            dependencies: parent(
                "ZentrunkCore", "ZentrunkCurl", "ZentrunkJournal", "ZentrunkJSON", "ZentrunkPlatforms", "ZentrunkPlivo",
                "ZentrunkSandbox", "zentrunk"),
            path: "journal-bench", swiftSettings: strict),
    ]
)
