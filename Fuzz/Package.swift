// swift-tools-version: 6.1

import PackageDescription

let settings: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

/// A libFuzzer program of one reader; README.md says how to build and run it.
func fuzzer(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .executableTarget(name: name, dependencies: ["Fuzzing"] + dependencies, swiftSettings: settings)
}

let package = Package(
    name: "bulwark-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "bulwark", path: "..")],
    targets: [
        // The very functions that the tests run: the folder is a link to Tests/TestSupport/Fuzzing.
        .target(
            name: "Fuzzing",
            dependencies: [.product(name: "Bulwark", package: "bulwark")],
            swiftSettings: settings
        ),
        .systemLibrary(name: "CLibFuzzer"),
        fuzzer("FuzzONNX", ["CLibFuzzer"]),
        fuzzer("FuzzNPZ"),
        fuzzer("FuzzIDX"),
        fuzzer("FuzzCSV"),
    ]
)
