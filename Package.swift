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

let package = Package(
    name: "bulwark",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "bulwark", targets: ["bulwark"]),
        .library(
            name: "Bulwark",
            targets: [
                "BulwarkAnonymity", "BulwarkTensors", "BulwarkModels", "BulwarkOneDNN", "BulwarkAttacks",
                "BulwarkDefenses", "BulwarkEvaluation", "BulwarkEvidence", "BulwarkProvenance",
                "BulwarkRemote", "BulwarkReports",
            ]
        ),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(
            name: "COneDNN",
            path: "Sources/COneDNN",
            linkerSettings: [.linkedLibrary("dnnl")]
        ),
        .target(name: "CKernels", path: "Sources/CKernels"),
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
        library("Provenance", [.product(name: "Crypto", package: "swift-crypto")]),
        library("Evidence", ["BulwarkProvenance", .product(name: "Yams", package: "Yams")]),
        library("Anonymity", ["BulwarkProvenance"]),
        library("Reports", ["BulwarkEvaluation", "BulwarkProvenance", "BulwarkTensors", "CZlib"]),
        .target(
            name: "BulwarkCLI",
            dependencies: [
                "BulwarkAnonymity", "BulwarkAttacks", "BulwarkDefenses", "BulwarkEvaluation",
                "BulwarkEvidence", "BulwarkModels", "BulwarkOneDNN", "BulwarkProvenance", "BulwarkRemote",
                "BulwarkReports", "BulwarkTensors",
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
        tests("Tensors", ["BulwarkTensors"]),
        tests("Models", ["BulwarkModels", "BulwarkTensors"]),
        tests(
            "OneDNN",
            ["BulwarkOneDNN", "BulwarkAttacks", "BulwarkModels", "BulwarkTensors", "CAllocations"]
        ),
        tests("Attacks", ["BulwarkAttacks", "BulwarkOneDNN", "BulwarkModels", "BulwarkTensors"]),
        tests("Defenses", ["BulwarkDefenses", "BulwarkTensors"]),
        tests("Evaluation", ["BulwarkEvaluation", "BulwarkAttacks", "BulwarkModels", "BulwarkTensors"]),
        tests("Remote", ["BulwarkRemote", "BulwarkModels", "BulwarkTensors"]),
        tests("Provenance", ["BulwarkProvenance", .product(name: "Crypto", package: "swift-crypto")]),
        tests(
            "Evidence",
            ["BulwarkEvidence", "BulwarkProvenance", .product(name: "Crypto", package: "swift-crypto")]
        ),
        tests("Anonymity", ["BulwarkAnonymity", "BulwarkProvenance"]),
        tests("Reports", ["BulwarkReports", "BulwarkEvaluation", "BulwarkProvenance", "BulwarkTensors"]),
        tests(
            "CLI",
            [
                "bulwark", "BulwarkCLI", "BulwarkEvaluation", "BulwarkModels", "BulwarkReports",
                "BulwarkTensors",
            ]
        ),
    ]
)
