// swift-tools-version: 6.1

import PackageDescription

let package = Package(
    name: "bulwark-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "bulwark", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: [
        .executableTarget(
            name: "bulwark-bench",
            dependencies: [
                .product(name: "Bulwark", package: "bulwark"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: [.enableUpcomingFeature("ExistentialAny")]
        ),
        .executableTarget(
            name: "bulwark-calibration",
            dependencies: [
                .product(name: "Bulwark", package: "bulwark"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: [.enableUpcomingFeature("ExistentialAny")]
        ),
    ]
)
