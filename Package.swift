// swift-tools-version: 6.2
import PackageDescription

// MARK: Settings shared by every target

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

// MARK: Dependencies by the name under which targets use them

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let flyingFox = Target.Dependency.product(name: "FlyingFox", package: "FlyingFox")
let flyingSocks = Target.Dependency.product(name: "FlyingSocks", package: "FlyingFox")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let swiftCSV = Target.Dependency.product(name: "SwiftCSV", package: "SwiftCSV")

// MARK: Targets

func library(_ name: String, path: String? = nil, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: path ?? "Sources/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests", resources: resources,
        swiftSettings: strict)
}

// MARK: Platforms

/// The folders in `Plugins`. A new platform is its folder, a line here, and a line in `Plugins/Platforms.swift`.
let platforms = [
    "ElevenLabs",
    "LiveKit",
    "Vapi",
]
let adapters = platforms.map { Target.Dependency.target(name: "Zentrunk\($0)") }
let imitations = platforms.map { Target.Dependency.target(name: "Zentrunk\($0)Sandbox") }

func products(of platform: String) -> [Product] {
    ["Zentrunk\(platform)", "Zentrunk\(platform)Sandbox"].map { .library(name: $0, targets: [$0]) }
}

/// The targets of a platform: its adapter, its imitation, and the tests of both.
func targets(of platform: String) -> [Target] {
    let folder = "Plugins/\(platform)"
    let name = "Zentrunk\(platform)"
    return [
        library(name, path: "\(folder)/Adapter", ["ZentrunkCore", "ZentrunkJSON", "ZentrunkTemplates", httpTypes]),
        library("\(name)Sandbox", path: "\(folder)/Sandbox", ["ZentrunkJSON", "ZentrunkSandbox", crypto]),
        .testTarget(
            name: "\(name)Tests",
            dependencies: [
                .target(name: name), .target(name: "\(name)Sandbox"), "TestSupport", "ZentrunkCore", "ZentrunkJSON",
                "ZentrunkSandbox", "ZentrunkTestKit", crypto, httpTypes,
            ],
            path: "\(folder)/Tests", swiftSettings: strict),
    ]
}

/// What every platform's folder holds beside the file that names its adapter and its imitation for the registry.
let platformContents = ["Adapter", "Sandbox", "Tests", "contract.openapi.json", "corpus"]
let registry = Target.target(
    name: "ZentrunkPlatforms", dependencies: ["ZentrunkCore", "ZentrunkSandbox"] + adapters + imitations,
    path: "Plugins",
    exclude: ["README.md"] + platforms.flatMap { platform in platformContents.map { "\(platform)/\($0)" } },
    sources: ["Platforms.swift"] + platforms.map { "\($0)/\($0).swift" }, swiftSettings: strict)

let package = Package(
    name: "zentrunk-connect",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "ZentrunkJSON", targets: ["ZentrunkJSON"]),
        .library(name: "ZentrunkCore", targets: ["ZentrunkCore"]),
        .library(name: "ZentrunkPlivo", targets: ["ZentrunkPlivo"]),
        .library(name: "ZentrunkCurl", targets: ["ZentrunkCurl"]),
        .library(name: "ZentrunkJournal", targets: ["ZentrunkJournal"]),
        .library(name: "ZentrunkSandbox", targets: ["ZentrunkSandbox"]),
        .library(name: "ZentrunkTestKit", targets: ["ZentrunkTestKit"]),
        .library(name: "ZentrunkPlatforms", targets: ["ZentrunkPlatforms"]),
        .executable(name: "zentrunk", targets: ["zentrunk"]),
    ] + platforms.flatMap(products),
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CCurl", path: "Sources/CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(
            name: "CJansson", path: "Sources/CJansson", pkgConfig: "jansson",
            providers: [.apt(["libjansson-dev"]), .brew(["jansson"])]),
        library("ZentrunkJSON", ["CJansson"]),
        library("ZentrunkCore", ["ZentrunkJSON", crypto, httpTypes]),
        library("ZentrunkPlivo", ["ZentrunkCore", "ZentrunkJSON", crypto, httpTypes]),
        library("ZentrunkCurl", ["CCurl", "ZentrunkCore", httpTypes]),
        library("ZentrunkJournal", ["ZentrunkCore", "ZentrunkJSON", grdb]),
        library("ZentrunkSandbox", ["ZentrunkJSON", crypto, flyingFox, flyingSocks]),
        registry,
        library("ZentrunkTestKit", ["ZentrunkCore", "ZentrunkJSON", httpTypes]),
        .target(
            name: "ZentrunkTemplates", path: "templates", exclude: ["template.schema.json"],
            resources: ["elevenlabs", "livekit", "vapi"].map { .embedInCode("\($0).json") }, swiftSettings: strict),
        .executableTarget(
            name: "zentrunk",
            dependencies: [
                "ZentrunkCore", "ZentrunkCurl", "ZentrunkJSON", "ZentrunkJournal", "ZentrunkPlatforms",
                "ZentrunkPlivo", "ZentrunkSandbox", argumentParser, httpTypes, swiftCSV,
            ],
            path: "Sources/zentrunk", swiftSettings: strict),
        tests("ZentrunkJSON", ["ZentrunkJSON", "ZentrunkTestKit"]),
        tests("ZentrunkCore", ["ZentrunkCore", "ZentrunkJSON", "ZentrunkTestKit", crypto, httpTypes]),
        tests("ZentrunkPlivo", ["ZentrunkPlivo", "ZentrunkCore", "ZentrunkJSON", httpTypes]),
        tests("ZentrunkCurl", ["ZentrunkCurl", "ZentrunkCore", "ZentrunkTestKit", httpTypes]),
        tests("ZentrunkJournal", ["ZentrunkJournal", "ZentrunkCore", "ZentrunkJSON", "ZentrunkTestKit", grdb]),
        library("TestSupport", path: "Tests/TestSupport", ["ZentrunkJSON", "ZentrunkSandbox"]),
        tests("ZentrunkSandbox", ["ZentrunkSandbox", "ZentrunkJSON", "TestSupport", crypto]),
        tests(
            "zentrunk",
            [
                "zentrunk", "TestSupport", "ZentrunkTestKit", "ZentrunkSandbox", "ZentrunkCore", "ZentrunkCurl",
                "ZentrunkJSON", "ZentrunkJournal", "ZentrunkPlatforms", "ZentrunkPlivo", httpTypes,
            ] + adapters + imitations),
        // The fuzzers' promises, over the inputs that they keep; the fuzzers themselves are a package of their own.
        .testTarget(
            name: "FuzzingTests",
            dependencies: ["ZentrunkCore", "ZentrunkJSON", "ZentrunkPlatforms", "ZentrunkPlivo", httpTypes],
            path: "Fuzzing/Promises", swiftSettings: strict),
    ] + platforms.flatMap(targets)
)
