extension OperatorTable {
    /// Integer, quantised and signal-processing operators, losses and optimizers.
    static let numericRows: [String: Lowering] = [
        "BitCast": BitCast.lower,
        "BitShift": BitwiseLogic.lowerShift,
        "BitwiseAnd": BitwiseLogic.lower(.and),
        "BitwiseNot": BitwiseNot.lower,
        "BitwiseOr": BitwiseLogic.lower(.or),
        "BitwiseXor": BitwiseLogic.lower(.xor),
        "BlackmanWindow": SignalWindows.lowerBlackman,
        "ConvInteger": QuantizedProducts.lowerConvInteger,
        "DFT": SignalLowering.lowerDFT,
        "DequantizeLinear": DequantizeLinear.lower,
        "DynamicQuantizeLinear": QuantizeLinear.lowerDynamic,
        "HammingWindow": SignalWindows.lowerHamming,
        "HannWindow": SignalWindows.lowerHann,
        "MatMulInteger": QuantizedProducts.lowerMatMulInteger,
        "MelWeightMatrix": SignalWindows.lowerMel,
        "Mod": Mod.lower,
        "NegativeLogLikelihoodLoss": LikelihoodLoss.lowerNegativeLogLikelihood,
        "QLinearConv": QuantizedProducts.lowerQLinearConv,
        "QLinearMatMul": QuantizedProducts.lowerQLinearMatMul,
        "QuantizeLinear": QuantizeLinear.lower,
        "STFT": SignalLowering.lowerSTFT,
        "SoftmaxCrossEntropyLoss": LikelihoodLoss.lowerSoftmaxCrossEntropy,
        "TfIdfVectorizer": TermCounts.lower,
        "ai.onnx.preview.training.Adagrad": TrainingSteps.lowerAdagrad,
        "ai.onnx.preview.training.Adam": TrainingSteps.lowerAdam,
        "ai.onnx.preview.training.Momentum": TrainingSteps.lowerMomentum,
    ]

    /// The most inputs of the rows above.
    static let numericMaximumInputs: [String: Int] = [
        "BitCast": 1, "BitShift": 2, "BitwiseAnd": 2, "BitwiseNot": 1, "BitwiseOr": 2, "BitwiseXor": 2,
        "BlackmanWindow": 1,
        "ConvInteger": 4, "DFT": 3, "DequantizeLinear": 3, "DynamicQuantizeLinear": 1, "HammingWindow": 1,
        "HannWindow": 1,
        "MatMulInteger": 4, "MelWeightMatrix": 5, "Mod": 2, "NegativeLogLikelihoodLoss": 3, "QLinearConv": 9,
        "QLinearMatMul": 8, "QuantizeLinear": 3, "STFT": 4, "SoftmaxCrossEntropyLoss": 3,
        "TfIdfVectorizer": 1,
    ]
}
