import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// Every way to be wrong has its exit code, and a message that names the file and the place.
struct ExitStatusTests {
    /// Arguments, the exit code and what standard error says.
    struct Script: Sendable, CustomTestStringConvertible {
        let name: String
        let status: Int32
        let says: [String]
        let arguments: @Sendable (Workbench) throws -> [String]
        var testDescription: String { name }

        init(
            _ name: String,
            _ status: Int32,
            says: [String],
            _ arguments: @escaping @Sendable (Workbench) throws -> [String]
        ) {
            self.name = name
            self.status = status
            self.says = says
            self.arguments = arguments
        }
    }

    static func assess(_ bench: Workbench, data: String, _ more: [String] = []) throws -> [String] {
        ["assess", try bench.model(), "--data", data, "--suite", "quick", "--epsilon", "0.1"] + more
    }

    static let scripts: [Script] = [
        Script("an unknown verb", 64, says: ["attack"]) { _ in ["attack"] },
        Script("an unknown option", 64, says: ["--frobnicate"]) { bench in
            try assess(bench, data: bench.points(9), ["--frobnicate"])
        },
        Script("an unknown attack", 64, says: ["magic", "pgd-margin"]) { bench in
            try assess(bench, data: bench.points(9), ["--attack", "magic"])
        },
        Script("a negative radius", 64, says: ["--epsilon"]) { bench in
            ["assess", try bench.model(), "--data", try bench.points(9), "--epsilon=-1"]
        },
        Script("a broken severity vector", 64, says: ["CVSS"]) { bench in
            try assess(bench, data: bench.points(9), ["--severity", "CVSS:4.0/AV:Q"])
        },
        Script("a missing model", 66, says: ["nowhere.onnx", "no such file"]) { bench in
            ["assess", bench.path("nowhere.onnx"), "--data", try bench.points(9)]
        },
        Script("missing data", 66, says: ["nowhere.npz"]) { bench in
            try assess(bench, data: bench.path("nowhere.npz"))
        },
        Script("a folder for a model", 65, says: ["is a folder"]) { bench in ["inspect", bench.folder.path] },
        Script("an empty model", 65, says: ["empty.onnx", "empty"]) { bench in
            ["inspect", try bench.write("", to: "empty.onnx")]
        },
        Script("a text for a model", 65, says: ["page.onnx", "not an ONNX model"]) { bench in
            ["inspect", try bench.write("<!doctype html><p>404", to: "page.onnx")]
        },
        Script("unsupported operators, all named at once", 65, says: ["NoSuchThing", "Frobnicate"]) {
            _ in
            let name = Vectors.names(in: "onnx/bad").first { $0.contains("several") && $0.hasSuffix(".onnx") }
            return ["inspect", Vectors.folder.appendingPathComponent("onnx/bad/\(name ?? "")").path]
        },
        Script("samples of another shape", 65, says: ["wide.npz", "[5]", "[2]"]) { bench in
            try assess(bench, data: bench.archive(Tensor([4, 5], repeating: 0.5), [0, 1, 2, 0], "wide.npz"))
        },
        Script("a label the model does not have", 65, says: ["labels.npz", "7"]) { bench in
            try assess(bench, data: bench.archive(Tensor([2, 2], repeating: 0.5), [0, 7], "labels.npz"))
        },
        Script("inputs outside the declared bounds", 65, says: ["out.npz", "sample"]) { bench in
            let data = try bench.archive(Tensor([2, 2], [0.5, 0.5, 3, 0.5]), [0, 1], "out.npz")
            return try assess(bench, data: data, ["--bounds", "0,1"])
        },
        Script("a NaN among the inputs", 65, says: ["nan.npz", "sample"]) { bench in
            try assess(
                bench,
                data: bench.archive(Tensor([2, 2], [0.5, .nan, 0.1, 0.5]), [0, 1], "nan.npz")
            )
        },
        Script("a ragged table", 65, says: ["ragged.csv", "line 3"]) { bench in
            try assess(bench, data: bench.write("a,b,label\n0.1,0.2,0\n0.3,1\n", to: "ragged.csv"))
        },
        Script("a truncated archive", 65, says: ["cut.npz"]) { bench in
            let bytes = try Data(contentsOf: URL(fileURLWithPath: bench.points(30)))
            try bytes.prefix(bytes.count / 2).write(to: bench.folder.appendingPathComponent("cut.npz"))
            return try assess(bench, data: bench.path("cut.npz"))
        },
        Script("an output folder below a file", 73, says: ["blocker"]) { bench in
            let blocker = try bench.write("", to: "blocker")
            return try assess(bench, data: bench.points(9), ["--output", blocker + "/out"])
        },
        Script("a device for a model output", 73, says: ["/dev/null"]) { bench in
            ["train", "--data", try bench.points(9), "--output", "/dev/null"]
        },
        Script("a model output below a file", 73, says: ["blocker"]) { bench in
            let blocker = try bench.write("", to: "blocker")
            return ["train", "--data", try bench.points(9), "--output", blocker + "/m.onnx"]
        },
    ]

    @Test(arguments: scripts) func endsWithItsCodeAndSaysWhy(script: Script) throws {
        let bench = try Workbench()
        let outcome = try Bulwark.run(try script.arguments(bench))
        #expect(outcome.status == script.status, "\(outcome.errors)")
        for text in script.says { #expect(outcome.errors.contains(text), "\(outcome.errors)") }
        #expect(outcome.output.isEmpty)
    }

    @Test func helpAndVersionAreResults() throws {
        let help = try Bulwark.run(["--help"])
        #expect(help.status == 0 && help.output.contains("assess"))
        for verb in ["inspect", "train", "assess", "demo"] {
            #expect(try Bulwark.run([verb, "--help"]).status == 0)
        }
        #expect(try Bulwark.run(["--version"]).output.hasPrefix("0."))
    }

    @Test func aFailureLeavesNoOutput() throws {
        let bench = try Workbench()
        let outcome = try Bulwark.run(
            try Self.assess(bench, data: bench.path("nowhere.npz"), ["--output", bench.path("out")])
        )
        #expect(outcome.status == 66)
        #expect(!bench.exists("out"))
    }
}
