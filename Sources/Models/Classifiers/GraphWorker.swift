import BulwarkTensors

/// Scores from one compiled graph, in memory that is there from the beginning.
final class GraphScoreWorker: ScoreWorker {
    private let executable: any Executable
    private var inputs: [Tensor]
    private var outputs: [Tensor]

    init(_ executable: any Executable, inputShape: Shape, classCount: Int) {
        self.executable = executable
        inputs = [Tensor(inputShape.batched(executable.batchSize))]
        outputs = [Tensor(Shape(trusted: [executable.batchSize, classCount]))]
    }

    var lanes: Int { executable.batchSize }
    var computesIdleLanes: Bool { true }

    func evaluate(_ points: inout Tensor, active: [Bool], into logits: inout Tensor) throws {
        swap(&points, &inputs[0])
        defer { swap(&points, &inputs[0]) }
        try executable.forward(inputs, into: &outputs)
        swap(&outputs[0], &logits)
        if outputs[0].shape != logits.shape { outputs[0] = Tensor(logits.shape) }
    }
}

/// Gradients from one compiled graph, in memory that is there from the beginning.
final class GraphWorker: GradientWorker {
    private let executable: any Executable
    /// Compiled when somebody asks for scores alone.
    private lazy var scores = Result { try makeScores() }
    private let makeScores: () throws -> any ScoreWorker
    private var inputs: [Tensor]
    private var outputs: [Tensor]
    private var cotangents: [Tensor]
    private var gradients: Gradients
    private var losses: [Float]

    init(
        _ executable: any Executable,
        _ model: GraphClassifier,
        scores: @escaping () throws -> any ScoreWorker
    ) {
        self.executable = executable
        makeScores = scores
        let points = model.inputShape.batched(executable.batchSize)
        let logits = Shape(trusted: [executable.batchSize, model.classCount])
        // The places of tensors that are only here during a call hold the smallest there are.
        inputs = [Tensor(points)]
        outputs = [Tensor(logits)]
        cotangents = [Tensor(logits)]
        gradients = Gradients(inputs: [Tensor(points)], parameters: [:])
        losses = Array(repeating: 0, count: executable.batchSize)
    }

    var lanes: Int { executable.batchSize }
    var computesIdleLanes: Bool { true }

    func evaluate(_ points: inout Tensor, active: [Bool], into logits: inout Tensor) throws {
        // Not the graph that gives gradients: its scores may differ in the last bits.
        try scores.get().evaluate(&points, active: active, into: &logits)
    }

    func evaluate(
        _ loss: Loss,
        at points: inout Tensor,
        aims: [Aim],
        active: [Bool],
        into slope: inout LossGradient
    ) throws {
        // Tensors change places instead of being copied, and each keeps a single owner.
        swap(&points, &inputs[0])
        defer { swap(&points, &inputs[0]) }
        try executable.forward(inputs, into: &outputs)
        loss.evaluate(outputs[0], aims: aims, losses: &losses, gradient: &cotangents[0])
        try executable.backward(cotangents, into: &gradients)
        swap(&losses, &slope.losses)
        swap(&outputs[0], &slope.logits)
        swap(&gradients.inputs[0], &slope.gradient)
        // What an earlier call did not give cannot be written into.
        if losses.count != lanes { losses = slope.losses }
        if outputs[0].shape != slope.logits.shape { outputs[0] = Tensor(slope.logits.shape) }
        if gradients.inputs[0].shape != slope.gradient.shape {
            gradients.inputs[0] = Tensor(slope.gradient.shape)
        }
    }
}
