import BulwarkModels
import BulwarkRemote
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// Which tensors of a model are a classifier's.
struct TensorChoiceTests {
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
            ({ model, _ in model.inputShape = [.max, 2] }, .batchTooLarge(tensor: "x", .max)),
            ({ model, _ in model.inputShape = [1 << 24, 2] }, .batchTooLarge(tensor: "x", 1 << 24)),
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
