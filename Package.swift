// swift-tools-version: 6.1

import PackageDescription

let settings: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

/// A library target whose folder is a plain word and whose module carries the project's prefix.
func library(_ folder: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(
        name: "Bulwark\(folder)",
        dependencies: dependencies,
        path: "Sources/\(folder)",
        exclude: exclude,
        swiftSettings: settings
    )
}

/// The tests of one library; they live beside each other and share `TestSupport`.
func tests(_ folder: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(folder)Tests",
        dependencies: ["TestSupport"] + dependencies,
        exclude: exclude,
        swiftSettings: settings
    )
}

let numerics = Target.Dependency.product(name: "RealModule", package: "swift-numerics")

let cryptography: [Target.Dependency] = [
    .product(name: "Crypto", package: "swift-crypto"),
    .product(name: "SwiftASN1", package: "swift-asn1"),
    .product(name: "X509", package: "swift-certificates"),
]

let package = Package(
    name: "bulwark",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "bulwark", targets: ["bulwark"]),
        .library(
            name: "Bulwark",
            targets: [
                "BulwarkAnonymity", "BulwarkTensors", "BulwarkModels", "BulwarkOneDNN", "BulwarkAttacks",
                "BulwarkDefenses", "BulwarkEvaluation", "BulwarkEvidence", "BulwarkIsolation",
                "BulwarkProvenance",
                "BulwarkRemote", "BulwarkReports", "BulwarkServing",
            ]
        ),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(
            name: "COneDNN",
            path: "Sources/COneDNN",
            linkerSettings: [.linkedLibrary("dnnl")]
        ),
        .target(name: "CKernels", path: "Sources/CKernels"),
        .target(name: "CIsolation", path: "Sources/CIsolation"),
        .systemLibrary(
            name: "CZlib",
            path: "Sources/CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]
        ),
        library("Tensors", [numerics]),
        library(
            "Models",
            [
                "BulwarkTensors", "CZlib", numerics,
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            exclude: ["ONNX/onnx.proto"]
        ),
        library("OneDNN", ["BulwarkModels", "BulwarkTensors", "CKernels", "COneDNN"]),
        library("Attacks", ["BulwarkModels", "BulwarkTensors", "CKernels", numerics]),
        library("Defenses", ["BulwarkAttacks", "BulwarkModels", "BulwarkTensors", numerics]),
        library(
            "Evaluation",
            ["BulwarkAttacks", "BulwarkDefenses", "BulwarkModels", "BulwarkTensors", numerics]
        ),
        library("Remote", ["BulwarkModels", "BulwarkTensors"]),
        library("Provenance", cryptography),
        library(
            "Evidence",
            [
                "BulwarkProvenance", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Yams", package: "Yams"),
            ]
        ),
        library("Isolation", ["CIsolation"]),
        library("Anonymity", ["BulwarkProvenance"]),
        library(
            "Serving",
            [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        library(
            "Reports",
            ["BulwarkEvaluation", "BulwarkEvidence", "BulwarkProvenance", "BulwarkTensors", "CZlib"]
        ),
        .target(
            name: "BulwarkCLI",
            dependencies: [
                "BulwarkAnonymity", "BulwarkAttacks", "BulwarkDefenses", "BulwarkEvaluation",
                "BulwarkEvidence",
                "BulwarkIsolation", "BulwarkModels", "BulwarkOneDNN",
                "BulwarkProvenance", "BulwarkRemote", "BulwarkReports", "BulwarkServing", "BulwarkTensors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/CLI",
            resources: [.embedInCode("Resources/optdigits.npz")],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "bulwark",
            dependencies: ["BulwarkCLI"],
            path: "Sources/Main",
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: ["BulwarkAttacks", "BulwarkModels", "BulwarkTensors"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .target(name: "CAllocations", path: "Tests/CAllocations"),
        .target(name: "CProbe", path: "Tests/CProbe"),
        .executableTarget(
            name: "IsolationProbe",
            dependencies: ["BulwarkIsolation", "CProbe"],
            path: "Tests/IsolationProbe",
            swiftSettings: settings
        ),
        tests("Tensors", ["BulwarkTensors"]),
        tests("Models", ["BulwarkModels", "BulwarkTensors"]),
        tests(
            "OneDNN",
            ["BulwarkOneDNN", "BulwarkAttacks", "BulwarkModels", "BulwarkTensors", "CAllocations"]
        ),
        tests("Attacks", ["BulwarkAttacks", "BulwarkOneDNN", "BulwarkModels", "BulwarkTensors"]),
        tests(
            "Defenses",
            ["BulwarkDefenses", "BulwarkAttacks", "BulwarkModels", "BulwarkOneDNN", "BulwarkTensors"]
        ),
        tests("Evaluation", ["BulwarkEvaluation", "BulwarkAttacks", "BulwarkModels", "BulwarkTensors"]),
        tests("Remote", ["BulwarkRemote", "BulwarkModels", "BulwarkTensors"]),
        tests("Provenance", ["BulwarkProvenance"] + cryptography),
        .executableTarget(
            name: "LogWriter",
            dependencies: [
                "BulwarkEvidence", "BulwarkProvenance", .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Tests/LogWriter",
            swiftSettings: settings
        ),
        tests(
            "Evidence",
            [
                "BulwarkEvidence", "BulwarkProvenance", "LogWriter",
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        tests("Isolation", ["BulwarkIsolation", "CIsolation", "IsolationProbe"]),
        tests(
            "Reports",
            [
                "BulwarkReports", "BulwarkEvaluation", "BulwarkEvidence", "BulwarkProvenance",
                "BulwarkTensors",
            ]
        ),
        tests("Serving", ["BulwarkServing"]),
        tests("Anonymity", ["BulwarkAnonymity", "BulwarkProvenance"]),
        tests(
            "CLI",
            [
                "bulwark", "BulwarkCLI", "BulwarkEvaluation", "BulwarkModels", "BulwarkReports",
                "BulwarkTensors", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
    ]
)
