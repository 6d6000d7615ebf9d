// swift-tools-version: 6.2
import PackageDescription

// The folders are the layers, and imports point down: Domain <- Engine, Domain <- Edges, everything <- CommandLine.
// Every target lists all that it imports; each build checks it, and `LayeringTests` reads this file.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

func module(_ layer: String, _ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(layer)/\(name)", swiftSettings: settings)
}

/// - Parameter folder: Below `Tests`, the name of the target is its last part.
func tests(_ folder: String, _ dependencies: [Target.Dependency]) -> Target {
    let last = String(folder.split(separator: "/").last ?? "")
    let name = last.hasSuffix("Tests") ? last : last + "Tests"
    return .testTarget(name: name, dependencies: dependencies, path: "Tests/\(folder)", swiftSettings: settings)
}

let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioExtras = Target.Dependency.product(name: "NIOExtras", package: "swift-nio-extras")
let nioCompression = Target.Dependency.product(name: "NIOHTTPCompression", package: "swift-nio-extras")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "understudy",
    products: [.executable(name: "understudy", targets: ["understudy"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        module("Domain", "Documents", [yams]),
        module("Domain", "Digests", [crypto]),
        module("Domain", "HTTPMessages"),
        module("Domain", "Conversations", ["Documents"]),
        module("Domain", "AgentChats", ["Documents", "Digests", "Conversations", "Transcripts"]),
        module("Domain", "LLMProtocols", ["Documents", "Digests", "HTTPMessages", "Conversations"]),
        module("Domain", "HopXProtocol", ["Documents", "Digests", "HTTPMessages"]),
        module("Domain", "FaultRules", ["Documents", "Digests", "HTTPMessages", "Cassettes", "Transcripts"]),
        module("Domain", "Transcripts", ["Documents", "Digests", "Conversations", "Cassettes"]),
        module("Domain", "Baselines", ["Documents", "Digests", "Conversations", "Cassettes", "Transcripts"]),
        module("Domain", "TextConditions", ["Documents"]),
        module(
            "Domain", "Scripts",
            ["Documents", "Digests", "HTTPMessages", "HopXProtocol", "Conversations", "Cassettes", "TextConditions"]),
        module(
            "Domain", "Scenarios",
            [
                "AgentChats", "Conversations", "Digests", "Documents", "FaultRules", "HTTPMessages", "Scripts",
                "TextConditions", "Transcripts",
            ]),
        module("Domain", "Cassettes", ["Documents", "Digests", "HTTPMessages"]),
        module(
            "Edges", "HTTPNetwork",
            [
                "Digests", "HTTPMessages", hummingbirdCore, asyncHTTPClient, nioCore, nioPosix, nioHTTP1, nioHTTPTypes,
                nioCompression, nioExtras, nioSSL, nioWebSocket, httpTypes, logging,
                lifecycle,
            ]),
        module(
            "Engine", "Responders",
            [
                "FaultRules", "Documents", "Digests", "HTTPMessages", "Conversations", "Cassettes", "LLMProtocols",
                "HopXProtocol", "Scripts", "Transcripts",
            ]),
        module("Edges", "ProjectFiles", ["Documents", "Cassettes"]),
        module(
            "Engine", "ScenarioRunning",
            [
                "Documents", "HTTPMessages", "HopXProtocol", "Conversations", "AgentChats", "Cassettes", "Transcripts",
                "LLMProtocols", "Scenarios", "Scripts", "TextConditions",
            ]),
        module(
            "Engine", "Reports",
            ["Baselines", "Documents", "Digests", "HTTPMessages", "Conversations", "Cassettes", "Transcripts"]),
        module("Edges", "TranscriptStore", ["Documents", "Digests", "Conversations", "Transcripts", grdb, sqlite]),
        module("Edges", "Processes", ["Documents", "Digests", "HopXProtocol", subprocess, systemPackage]),
        .executableTarget(
            name: "understudy",
            dependencies: [
                "Baselines", "Documents", "HTTPMessages", "Cassettes", "FaultRules", "Scenarios", "Scripts",
                "Transcripts",
                "HopXProtocol",
                "Responders", "ScenarioRunning", "Reports", "HTTPNetwork", "TranscriptStore", "ProjectFiles",
                "Processes",
                argumentParser,
                unixSignals,
            ],
            path: "Sources/CommandLine/understudy",
            swiftSettings: settings
        ),

        .target(
            name: "TestSupport", dependencies: ["Cassettes", "Documents", "HTTPMessages"], path: "Tests/TestSupport",
            swiftSettings: settings),
        tests("Domain/DocumentsTests", ["Documents", "TestSupport"]),
        tests("Domain/DigestsTests", ["Digests"]),
        tests("Domain/HTTPMessagesTests", ["HTTPMessages", "TestSupport"]),
        tests("Domain/CassettesTests", ["Cassettes", "Digests", "Documents", "HTTPMessages", "TestSupport"]),
        tests("Domain/MatchingTests", ["Cassettes", "Documents", "HTTPMessages", "TestSupport"]),
        tests("Domain/CassetteEditingTests", ["Cassettes", "Documents", "HTTPMessages", "TestSupport"]),
        tests("Domain/CassetteInterchangeTests", ["Cassettes", "Digests", "Documents", "HTTPMessages", "TestSupport"]),
        tests("Domain/FaultRulesTests", ["Cassettes", "Documents", "FaultRules", "HTTPMessages", "Transcripts"]),
        tests("Domain/LayeringTests", []),
        tests("Domain/AgentChatsTests", ["AgentChats", "Conversations", "Documents", "Transcripts"]),
        tests(
            "Domain/LLMProtocolsTests", ["Conversations", "Documents", "HTTPMessages", "LLMProtocols", "TestSupport"]),
        tests("Domain/HopXProtocolTests", ["Documents", "HTTPMessages", "HopXProtocol"]),
        tests("Domain/TranscriptsTests", ["Cassettes", "Conversations", "Documents", "Transcripts"]),
        tests(
            "Domain/BaselinesTests",
            ["Baselines", "Cassettes", "Conversations", "Documents", "TestSupport", "Transcripts"]),
        tests("Domain/TextConditionsTests", ["TestSupport", "TextConditions"]),
        tests(
            "Domain/ScriptsTests",
            [
                "Cassettes", "Conversations", "Documents", "HTTPMessages", "HopXProtocol", "Scripts", "TestSupport",
                "TextConditions",
            ]),
        tests(
            "Domain/ScenariosTests",
            [
                "AgentChats", "Conversations", "Documents", "HTTPMessages", "Scenarios", "Scripts", "TestSupport",
                "TextConditions",
                "Transcripts",
            ]),
        tests(
            "Engine/FakeLLMTests",
            [
                "Cassettes", "Conversations", "Documents", "HTTPMessages", "Responders", "ScenarioRunning", "Scripts",
                "TextConditions",
            ]),
        tests("Engine/FakeHopXTests", ["Documents", "HTTPMessages", "HopXProtocol", "Responders", "Scripts"]),
        tests(
            "Engine/ScenarioRunningTests",
            [
                "AgentChats", "Conversations", "Documents", "HTTPMessages", "ScenarioRunning", "Scenarios",
                "TextConditions", "Transcripts",
            ]),
        tests(
            "Engine/ReportsTests",
            [
                "Baselines", "Cassettes", "Conversations", "Digests", "Documents", "HTTPMessages", "Reports",
                "ScenarioRunning",
                "Transcripts",
            ]),
        tests(
            "Edges/TranscriptStoreTests",
            ["Conversations", "Digests", "Documents", "Transcripts", "TranscriptStore", grdb]),
        .target(
            name: "SessionStand",
            dependencies: ["Cassettes", "Documents", "HTTPMessages", "HopXProtocol", "Responders"],
            path: "Tests/SessionStand", swiftSettings: settings),
        tests(
            "Engine/FaultsTests",
            ["Cassettes", "Documents", "FaultRules", "HTTPMessages", "Responders", "SessionStand"]),
        tests(
            "Engine/ControlAPITests", ["Cassettes", "Documents", "HTTPMessages", "Responders", "SessionStand"]),
        tests("Engine/ObservingTests", ["HTTPMessages", "Responders"]),
        tests(
            "Engine/WireTranscriptTests",
            ["Cassettes", "Conversations", "Documents", "HTTPMessages", "ScenarioRunning", "Scenarios", "Transcripts"]),
        tests("Edges/HTTPNetworkTests", ["HTTPMessages", "HTTPNetwork"]),
        tests("Edges/ProjectFilesTests", ["Cassettes", "Documents", "HTTPMessages", "ProjectFiles"]),
        tests(
            "Engine/RespondersTests", ["Cassettes", "Documents", "HTTPMessages", "HopXProtocol", "Responders"]),
        tests("Edges/CommandsTests", ["Processes"]),
        tests("EndToEnd", []),
        tests("Edges/ProcessesTests", ["Documents", "HopXProtocol", "Processes"]),
        .executableTarget(
            name: "store-load", dependencies: ["Transcripts", "TranscriptStore"], path: "Benchmarks/store",
            exclude: ["bench.py"], swiftSettings: settings),
        .executableTarget(
            name: "conformance",
            dependencies: [
                "AgentChats", "Conversations", "Documents", "HTTPMessages", "ScenarioRunning", "Scenarios",
                "Transcripts",
            ],
            path: "Tests/Conformance",
            swiftSettings: settings
        ),
    ]
)
