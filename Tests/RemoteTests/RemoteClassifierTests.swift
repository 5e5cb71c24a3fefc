import BulwarkModels
import BulwarkRemote
import BulwarkTensors
import Foundation
import Testing

struct RemoteClassifierTests {
    private func samples(of request: ReceivedRequest) -> Int { StubModel.samples(request).count }

    // MARK: - Answers

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

    // MARK: - What outputs mean

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

    // MARK: - Which tensors

    @Test func countsTheClassesByAskingOnce() throws {
        var model = StubModel()
        model.outputs[0].shape = [-1]
        let scene = try Scene(model)
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(classifier.classCount == 3)
        #expect(classifier.statistics.requests == 2)
        #expect(classifier.statistics.samplesSent == 1)
    }

    @Test func prefersScoresToLabels() throws {
        var model = StubModel()
        model.outputs = [
            .init(name: "label", type: "INT64", shape: [], content: .labels),
            .init(name: "score", shape: [1], content: .singleLogit), .init(name: "z", shape: [3]),
        ]
        let scene = try Scene(model)
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(classifier.classCount == 3)
        #expect(classifier.notes.contains { $0.contains("3 outputs; 'z'") })
        _ = try classifier.logits(for: twoFeatures(1))
        let body = scene.server.requests.last.flatMap(StubModel.read)
        #expect(body?.outputs?.map(\.name) == ["z"])
    }

    @Test(arguments: [false, true])
    func labelsCanBeAskedFor(asTexts: Bool) throws {
        var model = StubModel()
        model.outputs = [
            .init(),
            asTexts
                ? .init(name: "label", type: "BYTES", shape: [1], content: .texts)
                : .init(name: "label", type: "INT64", shape: [], content: .labels),
        ]
        var scene = try Scene(model)
        defer { scene.server.stop() }
        scene.options.output = "label"
        scene.options.classCount = 3
        if asTexts { scene.options.classNames = ["class 0", "class 1", "class 2"] }
        let labels = try scene.labels()
        #expect(labels.classCount == 3)
        let inputs = twoFeatures(30)
        scene.options.output = "z"
        #expect(try labels.labels(for: inputs) == (try scene.classifier()).labels(for: inputs))
        #expect(labels.statistics.requests == 2)
    }

    @Test func aModelWithoutMetadataIsAsked() throws {
        var model = StubModel()
        model.listsTensors = false
        model.outputs.append(.init(name: "label", type: "INT64", shape: [], content: .labels))
        var scene = try Scene(model)
        defer { scene.server.stop() }
        #expect(throws: RemoteAnswerError.inputs([])) { try scene.classifier() }
        scene.options.input = "x"
        scene.options.sampleShape = [2]
        let classifier = try scene.classifier()
        #expect(classifier.classCount == 3)
        #expect(classifier.statistics.samplesSent == 1)
    }

    @Test func openExtentsAreFilledIn() throws {
        var model = StubModel()
        model.inputShape = [-1, -1]
        var scene = try Scene(model)
        defer { scene.server.stop() }
        #expect(throws: RemoteAnswerError.openShape(tensor: "x", [-1, -1])) { try scene.classifier() }
        scene.options.sampleShape = [2]
        #expect(try scene.classifier().inputShape == [2])
        scene.options.sampleShape = [2, 1]
        #expect(throws: RemoteAnswerError.sampleShape(tensor: "x", [-1, -1], given: [2, 1])) {
            try scene.classifier()
        }
    }

    @Test func doublesAreSentAsTheFloatsTheyAre() throws {
        var model = StubModel()
        model.inputType = "FP64"
        let scene = try Scene(model)
        defer { scene.server.stop() }
        _ = try scene.classifier().logits(for: Tensor([1, 2], [0.1, 0.2]))
        let sent = scene.server.requests.last.map(StubModel.samples)
        #expect(sent == [[Double(Float(0.1)), Double(Float(0.2))]])
    }

    /// What of the stub's metadata to change, and what is said to that.
    static let refusals:
        [(change: @Sendable (inout StubModel, inout RemoteOptions) -> Void, error: RemoteAnswerError)] = [
            ({ model, _ in model.inputType = "FP16" }, .datatype(tensor: "x", "FP16")),
            ({ model, _ in model.inputType = "UINT8" }, .datatype(tensor: "x", "UINT8")),
            ({ model, _ in model.inputType = "FLOAT" }, .datatype(tensor: "x", "FLOAT")),
            ({ model, _ in model.inputShape = [2] }, .noSampleAxis(tensor: "x", [2])),
            ({ model, _ in model.inputShape = [0, 2] }, .noSampleAxis(tensor: "x", [0, 2])),
            ({ _, options in options.input = "y" }, .unknownTensor("y", available: ["x (FP32 [-1, 2])"])),
            ({ _, options in options.output = "y" }, .unknownTensor("y", available: ["z (FP32 [-1, 3])"])),
            ({ _, options in options.classCount = 4 }, .classCount(tensor: "z", 3, told: 4)),
            ({ model, _ in model.name = "other" }, .model(expected: "affine", found: "other")),
            (
                { model, _ in model.outputs = [.init(name: "l", type: "INT64", shape: [], content: .labels)]
                },
                .classCountUnknown(tensor: "l")
            ),
            (
                { model, _ in model.outputs = [.init(name: "l", type: "INT64", shape: [5], content: .labels)]
                },
                .noOutput(wanted: "one label a sample", available: ["l (INT64 [-1, 5])"])
            ),
            (
                { model, options in
                    model.outputs = [.init(name: "l", type: "BYTES", shape: [1], content: .texts)]
                    options.classCount = 3
                }, .datatype(tensor: "l", "BYTES")
            ),
        ]

    @Test(arguments: refusals.indices)
    func refusesModelsThatAreNoClassifiers(index: Int) throws {
        var model = StubModel()
        var options = RemoteOptions()
        Self.refusals[index].change(&model, &options)
        var scene = try Scene(model)
        defer { scene.server.stop() }
        options.scores = .logits
        scene.options = options
        #expect(throws: Self.refusals[index].error) { try scene.connect() }
    }
}
