// swift-tools-version: 6.2
import PackageDescription

// An adapter outside of zentrunk-connect, with its imitation and a command that knows it. The test is the conformance
// kit's one call.
//
// `Scripts/check-outside-adapter` puts the content of `Tests/Fixtures/Acme` beside this file.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func connect(_ names: String...) -> [Target.Dependency] {
    names.map { .product(name: $0, package: "zentrunk-connect") }
}
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")

let package = Package(
    name: "acme",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(
            name: "zentrunk-connect", path: Context.environment["ZENTRUNK_CONNECT"] ?? "../../..",
            traits: ["CommandLine", "TestKit"]),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        .target(
            name: "ZentrunkAcme", dependencies: connect("ZentrunkCore", "ZentrunkJSON") + [httpTypes],
            path: "Adapter", resources: [.embedInCode("template.json")], swiftSettings: strict),
        .target(
            name: "ZentrunkAcmeSandbox", dependencies: connect("ZentrunkSandbox", "ZentrunkJSON"),
            path: "Sandbox", swiftSettings: strict),
        .executableTarget(
            name: "acme-zentrunk",
            dependencies: connect("ZentrunkCommandLine", "ZentrunkPlatforms") + [
                "ZentrunkAcme", "ZentrunkAcmeSandbox",
            ],
            path: "Command", swiftSettings: strict),
        .testTarget(
            name: "ZentrunkAcmeTests",
            dependencies: connect("ZentrunkTestKit") + ["ZentrunkAcme", "ZentrunkAcmeSandbox"],
            path: "Tests", swiftSettings: strict),
    ]
)
