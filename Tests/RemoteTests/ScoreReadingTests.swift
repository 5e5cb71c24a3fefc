import BulwarkModels
import BulwarkRemote
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// What outputs mean.
struct ScoreReadingTests {
    @Test func findsProbabilitiesByLooking() throws {
        var model = StubModel()
        model.outputs[0].content = .probabilities
        let scene = try Scene(model)
        defer { scene.server.stop() }
        let inputs = twoFeatures(30)
        guard case .scores(let classifier) = try scene.connect(lookingAt: inputs) else {
            Issue.record("the model answers with scores")
            return
        }
        #expect(classifier.form == .probabilities)
        #expect(classifier.notes.contains { $0.contains("probabilities") })
        // One look, at no more samples than needed.
        #expect(classifier.statistics.samplesSent == 16)
        let logits = try classifier.logits(for: inputs)
        for row in 0..<30 {
            let true_ = model.logits(inputs.row(row).elements.map(Double.init))
            let highest = try #require(true_.max())
            #expect(logits.row(row).elements.max() == 0)
            for label in 0..<3 { #expect(abs(logits[row * 3 + label] - (true_[label] - highest)) < 1e-4) }
        }
    }

    /// In single precision the logarithms of these would be equal.
    @Test func probabilitiesThatAlmostTieKeepTheirOrder() throws {
        let scene = try Scene { request, number in
            if request.method == "GET" { return StubModel().reply(to: request) }
            let values: [Float] =
                number == 1 ? [Float(0.001).nextDown, 0.001, 0] : [0, Float(0.5).nextDown, 0.5]
            return .answer(
                #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":\#(values)}]}"#
            )
        }
        defer { scene.server.stop() }
        var told = scene
        told.options.scores = .probabilities
        let classifier = try told.classifier()
        let first = try classifier.logits(for: Tensor([1, 2]))
        #expect(first.argmaxOfRows() == [1])
        #expect(first[0] < first[1])
        let second = try classifier.logits(for: Tensor([1, 2]))
        #expect(second.argmaxOfRows() == [2])
        #expect(second[1] < second[2])
        #expect(second[0] < -100 && second[0].isFinite)
    }

    @Test func doublesThatAlmostTieKeepTheirOrder() throws {
        var model = StubModel()
        model.outputs[0].type = "FP64"
        let scene = try Scene(model) { _, _ in
            .answer(
                #"{"outputs":[{"name":"z","datatype":"FP64","shape":[1,3],"data":[1e9,1000000000.0000002,-1e300]}]}"#
            )
        }
        defer { scene.server.stop() }
        guard case .scores(let classifier) = try scene.connect() else { return }
        let logits = try classifier.logits(for: Tensor([1, 2]))
        #expect(logits.argmaxOfRows() == [1])
        #expect(logits[1] == 0)
        #expect(logits[0] == Float(1e9 - 1_000_000_000.0000002))
        #expect(logits[2] == -.greatestFiniteMagnitude)
    }

    @Test func probabilitiesMayNotTurnIntoScores() throws {
        var model = StubModel()
        model.outputs[0].content = .probabilities
        let other = StubModel()
        let scene = try Scene(model) { [model] request, number in
            .answer((number == 0 ? model : other).answer(to: request))
        }
        defer { scene.server.stop() }
        guard case .scores(let classifier) = try scene.connect(lookingAt: twoFeatures(4)) else { return }
        #expect(throws: RemoteAnswerError.notProbabilities(tensor: "z", sample: 0)) {
            try classifier.logits(for: Tensor([1, 2], [1, 1]))
        }
    }

    @Test(arguments: [
        (StubModel.Content.singleLogit, OutputForm.singleLogit), (.singleProbability, .singleSigmoid),
    ])
    func aSingleScoreBecomesTwoClasses(content: StubModel.Content, form: OutputForm) throws {
        var model = StubModel()
        model.outputs[0].content = content
        model.outputs[0].shape = [1]
        var scene = try Scene(model)
        defer { scene.server.stop() }
        scene.options.scores = form == .singleLogit ? .logits : .probabilities
        let classifier = try scene.classifier()
        #expect(classifier.form == form)
        #expect(classifier.classCount == 2)
        let inputs = twoFeatures(10)
        let logits = try classifier.logits(for: inputs)
        for row in 0..<10 {
            let truth = model.logits(inputs.row(row).elements.map(Double.init))
            #expect(abs((logits[2 * row + 1] - logits[2 * row]) - (truth[1] - truth[0])) < 1e-4)
        }
    }

    @Test func aSingleScoreThatCouldBeEitherIsRefused() throws {
        var model = StubModel()
        model.outputs[0].content = .singleProbability
        model.outputs[0].shape = [1]
        let scene = try Scene(model)
        defer { scene.server.stop() }
        #expect {
            try scene.connect(lookingAt: twoFeatures(5))
        } throws: { error in
            guard case RemoteAnswerError.ambiguousSingleScore("z", let lowest, let highest) = error else {
                return false
            }
            return lowest > 0 && highest < 1
        }
    }
}
