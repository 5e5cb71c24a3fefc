import BulwarkEvaluation
import BulwarkModels
import BulwarkReports
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// Models that give no gradients, and models whose classes have names.
struct ScoreModelTests {
    private func vector(_ name: String) -> String {
        Vectors.folder.appendingPathComponent("onnx/\(name)/model.onnx").path
    }

    /// The irises that the model was made for, by name.
    private func flowers(_ bench: Workbench) throws -> String {
        let expected = try NPZReader(Vectors.data("onnx/sklearn-forest-names/expected.npz"))
        let (inputs, labels) = (
            try expected.tensor(named: "x"), try expected.array(named: "labels").labels()
        )
        let names = ["setosa", "versicolor", "virginica"]
        let rows = labels.enumerated().map { row, label in
            (0..<4).map { "\(inputs[row * 4 + $0])" }.joined(separator: ",") + ",\(names[label])"
        }
        return try bench.write("a,b,c,d,species\n" + rows.joined(separator: "\n") + "\n", to: "iris.csv")
    }

    @Test func aForestIsAssessedAsABlackBox() throws {
        let bench = try Workbench()
        let folder = bench.path("out")
        let outcome = try Bulwark.run([
            "assess", vector("sklearn-forest-names"), "--data", try flowers(bench), "--label-column",
            "species", "--epsilon", "0.05", "--knowledge", "black-box", "--output", folder, "--quiet",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let assessment = try AssessmentJSON.decode(
            Data(contentsOf: URL(fileURLWithPath: folder + "/assessment.json"))
        )
        #expect(assessment.threat.knowledge == "black-box")
        #expect(assessment.attacks.map(\.name) == ["square", "hop-skip-jump", "noise"])
        #expect(assessment.verdict != .robust)
        #expect(assessment.cleanAccuracy.value == 1)
        #expect(assessment.data.classNames == ["setosa", "versicolor", "virginica"])
        #expect(assessment.model.notes.contains { $0.contains("no gradients") })
    }

    /// Nobody can follow gradients of neighbours, and there are no trees to search.
    @Test func aWhiteBoxIsRefusedForNeighbours() throws {
        let bench = try Workbench()
        let outcome = try Bulwark.run([
            "assess", vector("sklearn-neighbours"), "--data", try flowers(bench), "--label-column",
            "species", "--knowledge", "white-box",
        ])
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.errors.contains("no gradients") && outcome.errors.contains("--knowledge black-box"))
    }

    @Test func inspectTellsClassesAndGradients() throws {
        let forest = try Bulwark.run(["inspect", vector("sklearn-forest-names")])
        #expect(forest.status == 0)
        #expect(forest.output.contains("setosa, versicolor, virginica"))
        #expect(forest.output.contains("no gradients"))
        let table = try Bulwark.run(["inspect", vector("sklearn-columns")])
        #expect(table.output.contains("sepal_length, sepal_width, petal_length, petal_width"))
        let quantised = try Bulwark.run(["inspect", vector("torch-quantized")])
        #expect(quantised.output.contains("straight-through"))
    }

    /// The two-class support vector machine whose scores contradict its labels is taken by its labels.
    @Test func ownLabelsAreBelieved() throws {
        let bench = try Workbench()
        let expected = try NPZReader(Vectors.data("onnx/sklearn-svc-two-classes/expected.npz"))
        let data = try bench.archive(
            expected.tensor(named: "x"),
            expected.array(named: "labels").labels(),
            "cancer.npz"
        )
        let outcome = try Bulwark.run([
            "assess", vector("sklearn-svc-two-classes"), "--data", data, "--suite", "quick", "--json",
            "--quiet",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let assessment = try AssessmentJSON.decode(Data(outcome.output.utf8))
        #expect(assessment.cleanAccuracy.value == 1)
        #expect(assessment.model.notes.contains { $0.contains("other way round") })
    }
}
