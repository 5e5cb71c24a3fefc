import BulwarkReports
import Foundation
import TestSupport
import Testing

/// The main job on MNIST as it is found in the wild.
@Suite(.enabled(if: SharedData.isPresent, "the shared images are not beside the repository"))
struct MNISTTests {
    @Test func aTrainedNetworkIsReadBackAndBroken() throws {
        let bench = try Workbench()
        let training = SharedData.url("images/mnist-train-5k.npz").path
        let test = SharedData.url("images/t10k-images-00000-04999.idx3.gz").path
        let model = bench.path("mnist.onnx")
        let trained = try Bulwark.run([
            "train", "--data", training, "--architecture", "cnn", "--epochs", "2", "--output", model,
            "--quiet",
        ])
        #expect(trained.status == 0, "\(trained.errors)")
        var robust: [Double] = []
        for epsilon in ["0.1", "0.2", "0.3"] {
            let outcome = try Bulwark.run([
                "assess", model, "--data", test, "--reference", training, "--samples", "100", "--suite",
                "quick",
                "--epsilon", epsilon, "--json", "--quiet",
            ])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let assessment = try AssessmentJSON.decode(Data(outcome.output.utf8))
            #expect((assessment.cleanAccuracy.value ?? 0) > 0.85)
            #expect(assessment.data.available == 5000)
            #expect(assessment.verdict == .vulnerable)
            robust.append(assessment.worstCase.robustAccuracy.value ?? 1)
        }
        // A network that never saw an attack holds up against few of them, and against ever fewer.
        #expect(robust[0] < 0.5 && robust[1] <= robust[0] && robust[2] <= robust[1] && robust[2] < 0.05)
    }
}
