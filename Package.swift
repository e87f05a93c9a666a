// swift-tools-version: 6.2
import PackageDescription

// MARK: Settings shared by every target

let strict: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (Context.environment["ZENTRUNK_WARNINGS"] == "error" ? [.treatAllWarnings(as: .error)] : [])

// MARK: Dependencies by the name under which targets use them

/// A product that is resolved only when the trait is enabled.
func optional(_ name: String, package: String, trait: String) -> Target.Dependency {
    .product(name: name, package: package, condition: .when(traits: [trait]))
}

let argumentParser = optional("ArgumentParser", package: "swift-argument-parser", trait: "CommandLine")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let flyingFox = optional("FlyingFox", package: "FlyingFox", trait: "Sandbox")
let flyingSocks = optional("FlyingSocks", package: "FlyingFox", trait: "Sandbox")
let grdb = optional("GRDB", package: "GRDB.swift", trait: "Journal")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
/// What records logs, metrics and spans for the test kit and tests.
let recorders: [Target.Dependency] = [
    logging, metrics, tracing, .product(name: "InMemoryLogging", package: "swift-log"),
    .product(name: "MetricsTestKit", package: "swift-metrics"),
    .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
]
let swiftCSV = optional("SwiftCSV", package: "SwiftCSV", trait: "CommandLine")

// MARK: Targets

func library(
    _ name: String, path: String? = nil, exclude: [String] = [], _ dependencies: [Target.Dependency],
    resources: [Resource] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: path ?? "Sources/\(name)", exclude: exclude, resources: resources,
        swiftSettings: strict)
}

func tests(
    _ name: String, exclude: [String] = [], _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests", exclude: exclude,
        resources: resources, swiftSettings: strict)
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
        library(
            name, path: "\(folder)/Adapter", ["ZentrunkCore", "ZentrunkJSON", crypto, httpTypes],
            resources: [.embedInCode("template.json")]),
        library("\(name)Sandbox", path: "\(folder)/Sandbox", ["ZentrunkJSON", "ZentrunkSandbox", crypto]),
        .testTarget(
            name: "\(name)Tests",
            dependencies: [
                .target(name: name), .target(name: "\(name)Sandbox"), "ZentrunkCore", "ZentrunkJSON", "ZentrunkPlivo",
                "ZentrunkSandbox", "ZentrunkTestKit", crypto, httpTypes,
            ],
            path: "\(folder)/Tests", swiftSettings: strict),
    ]
}

/// What every platform's folder contains besides the file that names its adapter and its imitation for the registry.
let platformContents = ["Adapter", "Sandbox", "Tests", "contract.openapi.json", "corpus", "guide.md"]
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
        .library(name: "ZentrunkProbe", targets: ["ZentrunkProbe"]),
        .library(name: "ZentrunkJournal", targets: ["ZentrunkJournal"]),
        .library(name: "ZentrunkSandbox", targets: ["ZentrunkSandbox"]),
        .library(name: "ZentrunkTestKit", targets: ["ZentrunkTestKit"]),
        .library(name: "ZentrunkTemplateLint", targets: ["ZentrunkTemplateLint"]),
        .library(name: "ZentrunkDiagnosis", targets: ["ZentrunkDiagnosis"]),
        .library(name: "ZentrunkDoctor", targets: ["ZentrunkDoctor"]),
        .library(name: "ZentrunkPlatforms", targets: ["ZentrunkPlatforms"]),
        .library(name: "ZentrunkCommandLine", targets: ["ZentrunkCommandLine"]),
        .executable(name: "zentrunk", targets: ["zentrunk"]),
    ] + platforms.flatMap(products),
    // A package that depends on this one with `traits: []` resolves neither SQLite, a server nor a command line.
    traits: [
        .trait(name: "Journal", description: "ZentrunkJournal, the journal in SQLite: resolves GRDB."),
        .trait(name: "Sandbox", description: "ZentrunkSandbox, the vendors' imitations: resolves FlyingFox."),
        .trait(
            name: "TestKit", description: "ZentrunkTestKit, conformance suites and doubles.",
            enabledTraits: ["Journal", "Sandbox"]),
        .trait(
            name: "CommandLine", description: "The command: resolves swift-argument-parser and SwiftCSV.",
            enabledTraits: ["Journal", "Sandbox"]),
        .default(enabledTraits: ["CommandLine", "TestKit"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CCares", path: "Sources/CCares", pkgConfig: "libcares",
            providers: [.apt(["libc-ares-dev"]), .brew(["c-ares"])]),
        .systemLibrary(
            name: "CCurl", path: "Sources/CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(
            name: "CJansson", path: "Sources/CJansson", pkgConfig: "jansson",
            providers: [.apt(["libjansson-dev"]), .brew(["jansson"])]),
        library("ZentrunkJSON", ["CJansson"]),
        library("ZentrunkCore", ["ZentrunkJSON", crypto, httpTypes, logging, metrics, tracing]),
        library(
            "ZentrunkPlivo", exclude: ["guide.md"], ["ZentrunkCore", "ZentrunkJSON", crypto, httpTypes],
            resources: [.embedInCode("zentrunk.json")]),
        library("ZentrunkCurl", ["CCurl", "ZentrunkCore", httpTypes]),
        library("ZentrunkProbe", ["CCares", "ZentrunkCurl", "ZentrunkJSON"]),
        library("ZentrunkJournal", ["ZentrunkCore", "ZentrunkJSON", grdb]),
        library("ZentrunkSandbox", ["ZentrunkJSON", crypto, flyingFox, flyingSocks]),
        registry,
        library(
            "ZentrunkTestKit",
            [
                "ZentrunkCore", "ZentrunkCurl", "ZentrunkJSON", "ZentrunkJournal", "ZentrunkPlivo", "ZentrunkSandbox",
                httpTypes,
            ] + recorders),
        library("ZentrunkTemplateLint", ["ZentrunkCore", "ZentrunkJSON"]),
        library("ZentrunkPlanGraph", ["ZentrunkCore"]),
        library(
            "ZentrunkDiagnosis", ["ZentrunkCore", "ZentrunkJSON", "ZentrunkPlivo"],
            resources: [.embedInCode("causes.json")]),
        library(
            "ZentrunkDoctor",
            ["ZentrunkCore", "ZentrunkDiagnosis", "ZentrunkJSON", "ZentrunkPlivo", "ZentrunkProbe", httpTypes]),
        library("ZentrunkCallTest", ["ZentrunkCore", "ZentrunkDiagnosis", "ZentrunkJSON", "ZentrunkPlivo"]),
        library("ZentrunkInventory", ["ZentrunkCore", "ZentrunkJSON", "ZentrunkPlanGraph", "ZentrunkPlivo"]),
        // Self-contained HTML pages with plots.
        library("ZentrunkPages", ["ZentrunkCore"]),
        library("ZentrunkPairings", ["ZentrunkCore", "ZentrunkJSON", "ZentrunkPlivo"]),
        // Writes the generated documentation; not part of the command.
        .executableTarget(
            name: "docgen",
            dependencies: [
                "ZentrunkCore", "ZentrunkJSON", "ZentrunkPairings", "ZentrunkPlanGraph", "ZentrunkPlatforms",
                "ZentrunkPlivo", argumentParser, httpTypes,
            ],
            path: "Tools/docgen", swiftSettings: strict),
        tests("docgen", ["docgen", "ZentrunkCore", "ZentrunkPlatforms", "ZentrunkPlivo"]),
        library(
            "ZentrunkCommandLine",
            [
                "ZentrunkCallTest", "ZentrunkCore", "ZentrunkCurl", "ZentrunkDiagnosis", "ZentrunkDoctor",
                "ZentrunkInventory", "ZentrunkJSON", "ZentrunkJournal", "ZentrunkPages", "ZentrunkPairings",
                "ZentrunkPlanGraph", "ZentrunkPlatforms", "ZentrunkPlivo", "ZentrunkProbe", "ZentrunkSandbox",
                "ZentrunkTemplateLint", argumentParser, httpTypes, swiftCSV,
            ]),
        .executableTarget(
            name: "zentrunk", dependencies: ["ZentrunkCommandLine"], path: "Sources/zentrunk", swiftSettings: strict),
        tests("ZentrunkJSON", ["ZentrunkJSON", "ZentrunkTestKit"]),
        tests("ZentrunkCore", ["ZentrunkCore", "ZentrunkJSON", "ZentrunkTestKit", crypto, httpTypes] + recorders),
        tests("ZentrunkTemplateLint", ["ZentrunkTemplateLint", "ZentrunkCore", "ZentrunkJSON"]),
        tests("ZentrunkPlanGraph", ["ZentrunkPlanGraph", "ZentrunkCore", "ZentrunkJSON"]),
        tests(
            "ZentrunkDiagnosis",
            ["ZentrunkDiagnosis", "ZentrunkCore", "ZentrunkJSON", "ZentrunkPlivo", "ZentrunkTestKit"]),
        tests(
            "ZentrunkDoctor",
            [
                "ZentrunkDoctor", "ZentrunkCore", "ZentrunkDiagnosis", "ZentrunkJSON", "ZentrunkPlatforms",
                "ZentrunkPlivo", "ZentrunkProbe", "ZentrunkSandbox", "ZentrunkTestKit", httpTypes,
            ]),
        tests(
            "ZentrunkPlivo",
            ["ZentrunkPlivo", "ZentrunkCore", "ZentrunkJSON", "ZentrunkSandbox", "ZentrunkTestKit", httpTypes]),
        tests("ZentrunkCurl", ["ZentrunkCurl", "ZentrunkCore", "ZentrunkTestKit", httpTypes]),
        tests(
            "ZentrunkProbe",
            ["ZentrunkProbe", "ZentrunkDiagnosis", "ZentrunkJSON", "ZentrunkSandbox", "ZentrunkTestKit"]),
        tests(
            "ZentrunkJournal", exclude: ["Fixtures"],
            ["ZentrunkJournal", "ZentrunkCore", "ZentrunkJSON", "ZentrunkTestKit", grdb]),
        tests("ZentrunkSandbox", ["ZentrunkSandbox", "ZentrunkJSON", "ZentrunkTestKit", crypto]),
        tests("ZentrunkPages", ["ZentrunkPages"]),
        tests(
            "ZentrunkInventory",
            ["ZentrunkInventory", "ZentrunkCore", "ZentrunkJSON", "ZentrunkPlivo", "ZentrunkTestKit"]),
        tests("ZentrunkTestKit", ["ZentrunkTestKit", "ZentrunkJSON"] + recorders),
        tests(
            "zentrunk",
            [
                "zentrunk", "ZentrunkCallTest", "ZentrunkCommandLine", "ZentrunkDiagnosis", "ZentrunkTestKit",
                "ZentrunkSandbox", "ZentrunkCore", "ZentrunkCurl", "ZentrunkJSON",
                "ZentrunkJournal", "ZentrunkPairings", "ZentrunkPlatforms", "ZentrunkPlivo", httpTypes,
            ] + recorders + adapters + imitations),
        // Every block of code on the pages; the stubs are compiled with the page that needs them.
        tests(
            "CodeBlocks", exclude: ["Stubs"],
            [
                "ZentrunkCommandLine", "ZentrunkCore", "ZentrunkDoctor", "ZentrunkJSON", "ZentrunkPlivo",
                "ZentrunkTestKit", argumentParser,
            ]),
        // The fuzzers' promises, over the inputs that they keep; the fuzzers themselves are a package of their own.
        .testTarget(
            name: "FuzzingTests",
            dependencies: [
                "ZentrunkCore", "ZentrunkJSON", "ZentrunkPlatforms", "ZentrunkPlivo", "ZentrunkProbe",
                "ZentrunkTemplateLint", httpTypes,
            ],
            path: "Fuzzing/Promises", swiftSettings: strict),
    ] + platforms.flatMap(targets)
)
