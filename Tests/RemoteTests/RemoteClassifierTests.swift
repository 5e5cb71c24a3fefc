import BulwarkModels
import BulwarkRemote
import BulwarkTensors
import Foundation
import TestSupport
import Testing

struct RemoteClassifierTests {
    private func samples(of request: ReceivedRequest) -> Int { StubModel.samples(request).count }

    @Test func givesTheServersLogitsToTheLastBit() throws {
        let model = StubModel()
        let scene = try Scene(model)
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        let inputs = twoFeatures(20)
        let expected = (0..<20).flatMap { row in
            model.logits([Double(inputs[2 * row]), Double(inputs[2 * row + 1])])
        }
        let logits = try classifier.logits(for: inputs)
        #expect(logits.isBitwiseEqual(to: Tensor([20, 3], expected)))
        #expect(try classifier.labels(for: inputs) == logits.argmaxOfRows())
        #expect(classifier.inputShape == [2])
        #expect(classifier.classCount == 3)
        #expect(classifier.form == .logits)
        #expect(classifier.platform == "stub")
    }

    @Test func nothingAskedIsNothingSent() throws {
        let scene = try Scene(StubModel())
        defer { scene.server.stop() }
        let logits = try scene.classifier().logits(for: Tensor([0, 2]))
        #expect(logits.shape == [0, 3])
        #expect(scene.server.requests.map(\.method) == ["GET"])
    }

    @Test func sendsWhatTheProtocolAsksFor() throws {
        let scene = try Scene(StubModel())
        defer { scene.server.stop() }
        _ = try scene.classifier().logits(
            for: Tensor([2, 2], [0.1, -1, 16_777_216, .leastNonzeroMagnitude])
        )
        let request = try #require(scene.server.requests.last)
        #expect(request.path == "/v2/models/affine/infer")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"id":"1","inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[0.1,-1.0,16777216.0,1e-45]}],"outputs":[{"name":"z"}]}"#
        )
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["connection"] == "close")
        #expect(request.headers["user-agent"] == "bulwark")
        #expect(request.headers["cookie"] == nil)
    }

    @Test func cutsSamplesIntoBatches() throws {
        var scene = try Scene(StubModel())
        defer { scene.server.stop() }
        scene.rules.maximumBatch = 8
        let classifier = try scene.classifier()
        _ = try classifier.logits(for: twoFeatures(20))
        #expect(scene.server.requests.dropFirst().map(samples(of:)) == [8, 8, 4])
        var expected = RemoteStatistics()
        expected.requests = 4
        expected.samplesAsked = 20
        expected.samplesSent = 20
        #expect(classifier.statistics == expected)
    }

    @Test func fillsBatchesOfAFixedSize() throws {
        var model = StubModel()
        model.inputShape = [8, 2]
        let scene = try Scene(model)
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        let logits = try classifier.logits(for: twoFeatures(11))
        #expect(logits.shape == [11, 3])
        #expect(logits.row(10).elements.elementsEqual(try last(model, twoFeatures(11))))
        #expect(scene.server.requests.dropFirst().map(samples(of:)) == [8, 8])
        #expect(classifier.statistics.samplesAsked == 11)
        #expect(classifier.statistics.samplesSent == 16)
        #expect(classifier.notes.contains { $0.contains("exactly 8 samples") })
    }

    private func last(_ model: StubModel, _ inputs: Tensor) throws -> [Float] {
        model.logits(inputs.row(inputs.rowCount - 1).elements.map(Double.init))
    }

    @Test func severalRequestsAtOnceChangeNothing() throws {
        let model = StubModel()
        var scene = try Scene(model)
        defer { scene.server.stop() }
        scene.rules.maximumBatch = 3
        let inputs = twoFeatures(50)
        let alone = try scene.classifier().logits(for: inputs)
        scene.rules.maximumConcurrency = 4
        let classifier = try scene.classifier()
        #expect(try classifier.logits(for: inputs).isBitwiseEqual(to: alone))
        #expect(classifier.statistics.requests == 18)
        #expect(classifier.statistics.samplesSent == 50)
    }

    @Test func answersSeveralThreads() throws {
        let scene = try Scene(StubModel())
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        let inputs = twoFeatures(4)
        let alone = try classifier.logits(for: inputs)
        let wrong = Counter()
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            let logits = try? classifier.logits(for: inputs)
            if logits?.isBitwiseEqual(to: alone) != true { _ = wrong.next() }
        }
        #expect(wrong.next() == 0)
        #expect(classifier.statistics.samplesAsked == 36)
    }

    @Test func workersAskAboutActiveLanesOnly() throws {
        var scene = try Scene(StubModel())
        defer { scene.server.stop() }
        scene.rules.maximumBatch = 4
        scene.rules.maximumConcurrency = 2
        let classifier = try scene.classifier()
        let inputs = twoFeatures(8)
        let alone = try classifier.logits(for: inputs)
        #expect(classifier.workerCount == 1)
        try classifier.withScoreWorkers { worker in
            #expect(worker.lanes == 8)
            var (points, logits) = (inputs, Tensor([0]))
            let active = [true, false, true, false, false, false, false, true]
            try worker.evaluate(&points, active: active, into: &logits)
            for lane in [0, 2, 7] { #expect(logits.row(lane).isBitwiseEqual(to: alone.row(lane))) }
            #expect(points.isBitwiseEqual(to: inputs))
        }
        #expect(classifier.statistics.samplesSent == 11)
    }

    @Test func refusesSamplesThatDoNotFit() throws {
        let scene = try Scene(StubModel())
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(throws: ClassifierError.inputShape(expected: [2], found: [3])) {
            try classifier.logits(for: Tensor([1, 3]))
        }
        #expect(throws: RemoteError.sampleNotFinite(sample: 1)) {
            try classifier.logits(for: Tensor([2, 2], [0, 0, .nan, 0]))
        }
        #expect(scene.server.requests.count == 1)
    }
}
