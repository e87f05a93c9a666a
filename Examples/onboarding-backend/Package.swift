// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + (Context.environment["ZENTRUNK_WARNINGS"] == "error" ? [.treatAllWarnings(as: .error)] : [])

let package = Package(
    name: "onboarding-backend",
    platforms: [.macOS(.v15)],
    dependencies: [
        // In a package of your own: .package(url: "…", from: "0.1.0", traits: ["Journal", "Sandbox"])
        .package(name: "zentrunk-connect", path: "../..", traits: ["Journal", "Sandbox"]),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "OnboardingBackend",
            dependencies: [
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "ZentrunkCore", package: "zentrunk-connect"),
                .product(name: "ZentrunkCurl", package: "zentrunk-connect"),
                .product(name: "ZentrunkJSON", package: "zentrunk-connect"),
                .product(name: "ZentrunkJournal", package: "zentrunk-connect"),
                .product(name: "ZentrunkPlatforms", package: "zentrunk-connect"),
                .product(name: "ZentrunkPlivo", package: "zentrunk-connect"),
                .product(name: "ZentrunkSandbox", package: "zentrunk-connect"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "OnboardingBackendTests",
            dependencies: [
                "OnboardingBackend",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "ZentrunkCore", package: "zentrunk-connect"),
                .product(name: "ZentrunkJSON", package: "zentrunk-connect"),
                .product(name: "ZentrunkPlatforms", package: "zentrunk-connect"),
                .product(name: "ZentrunkSandbox", package: "zentrunk-connect"),
            ],
            swiftSettings: strict),
    ]
)
