/// Every ONNX operator Bulwark reads, with the function that turns a node into operators of a graph.
///
/// Adding an operator is a file in this folder and a row here.
enum OperatorTable {
    /// Turns a node into what its outputs stand for, one for each output that can be read.
    typealias Lowering = @Sendable (ONNXNode, inout ONNXLowering) throws -> [ImportedValue]

    /// All rows, by ONNX operator type; types outside the default domain carry theirs, as in
    /// `ai.onnx.ml.Scaler`.
    static let rows: [String: Lowering] = coreRows.merging(pointwiseRows) { $1 }
        .merging(layerRows) { $1 }
        .merging(indexingRows) { $1 }
        .merging(numericRows) { $1 }
        .merging(classicalRows) { $1 }

    /// The most inputs a node may have in any supported operator set; types that are not listed take any
    /// number.
    static let maximumInputs: [String: Int] = coreMaximumInputs.merging(pointwiseMaximumInputs) { $1 }
        .merging(layerMaximumInputs) { $1 }
        .merging(indexingMaximumInputs) { $1 }
        .merging(numericMaximumInputs) { $1 }
        .merging(classicalMaximumInputs) { $1 }

    private static let coreRows: [String: Lowering] = [
        "Abs": Abs.lower,
        "Add": Add.lower,
        "AveragePool": AveragePool.lower,
        "BatchNormalization": BatchNormalization.lower,
        "Cast": Cast.lower,
        "CastLike": Cast.lowerLike,
        "Clip": Clip.lower,
        "Concat": Concat.lower,
        "Constant": Constants.lower,
        "ConstantOfShape": Constants.lowerOfShape,
        "Conv": Conv.lower,
        "Div": Div.lower,
        "Dropout": Passing.lowerDropout,
        "Exp": Exp.lower,
        "Expand": Expand.lower,
        "Flatten": Flatten.lower,
        "Gather": Gather.lower,
        "Gemm": Gemm.lower,
        "GlobalAveragePool": GlobalAveragePool.lower,
        "GlobalMaxPool": GlobalMaxPool.lower,
        "If": Branching.lower,
        "Identity": Passing.lowerIdentity,
        "LeakyRelu": LeakyRelu.lower,
        "Log": Log.lower,
        "LogSoftmax": LogSoftmax.lower,
        "MatMul": MatMul.lower,
        "MaxPool": MaxPool.lower,
        "Mul": Mul.lower,
        "Neg": Neg.lower,
        "Pad": Pad.lower,
        "Pow": Pow.lower,
        "ReduceMean": ReduceMean.lower,
        "ReduceSum": ReduceSum.lower,
        "Relu": Relu.lower,
        "Reshape": Reshape.lower,
        "Shape": ShapeOf.lower,
        "Sigmoid": Sigmoid.lower,
        "Slice": Slice.lower,
        "Softmax": Softmax.lower,
        "Split": Split.lower,
        "Sqrt": Sqrt.lower,
        "Squeeze": Squeeze.lower,
        "Sub": Sub.lower,
        "Tanh": Tanh.lower,
        "Transpose": Transpose.lower,
        "Unsqueeze": Unsqueeze.lower,
    ]

    private static let coreMaximumInputs: [String: Int] = [
        "Abs": 1, "Add": 2, "AveragePool": 1, "BatchNormalization": 5, "Cast": 1, "CastLike": 2, "Clip": 3,
        "Constant": 0,
        "ConstantOfShape": 1, "Conv": 3, "Div": 2, "Dropout": 3, "Exp": 1, "Expand": 2, "Flatten": 1,
        "Gather": 2,
        "Gemm": 3,
        "GlobalAveragePool": 1, "GlobalMaxPool": 1, "Identity": 1, "If": 1, "LeakyRelu": 1, "Log": 1,
        "LogSoftmax": 1,
        "MatMul": 2, "MaxPool": 1, "Mul": 2, "Neg": 1, "Pad": 4, "Pow": 2, "ReduceMean": 2, "ReduceSum": 2,
        "Relu": 1,
        "Reshape": 2, "Shape": 1, "Sigmoid": 1, "Slice": 5, "Softmax": 1, "Split": 2, "Sqrt": 1, "Squeeze": 2,
        "Sub": 2, "Tanh": 1, "Transpose": 1, "Unsqueeze": 2,
    ]
}
