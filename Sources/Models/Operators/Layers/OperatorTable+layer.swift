extension OperatorTable {
    /// Layers of neural networks.
    static let layerRows: [String: Lowering] = [
        "AffineGrid": AffineGrid.lower,
        "Attention": Attention.lower,
        "CausalConvWithState": CausalConvWithState.lower,
        "CenterCropPad": CenterCropPad.lower,
        "Col2Im": Col2Im.lower,
        "ConvTranspose": ConvTranspose.lower,
        "DeformConv": DeformConv.lower,
        "DepthToSpace": DepthToSpace.lower,
        "GRU": GRU.lower,
        "GlobalLpPool": LpPool.lowerGlobal,
        "GridSample": GridSample.lower,
        "GroupNormalization": GroupNormalization.lower,
        "InstanceNormalization": InstanceNormalization.lower,
        "LRN": LocalResponseNormalization.lower,
        "LSTM": LSTM.lower,
        "LayerNormalization": LayerNormalization.lower,
        "LinearAttention": LinearAttention.lower,
        "LpPool": LpPool.lower,
        "MaxUnpool": MaxUnpool.lower,
        "RMSNormalization": RMSNormalization.lower,
        "RNN": RNN.lower,
        "Resize": Resize.lower,
        "RoiAlign": RoiAlign.lower,
        "RotaryEmbedding": RotaryEmbedding.lower,
        "SpaceToDepth": DepthToSpace.lowerInverse,
        "Upsample": Resize.lowerUpsample,
        "ai.onnx.preview.FlexAttention": FlexAttention.lower,
    ]

    /// The most inputs of the rows above.
    static let layerMaximumInputs: [String: Int] = [
        "AffineGrid": 2, "Attention": 7, "CausalConvWithState": 4, "CenterCropPad": 2, "Col2Im": 3,
        "ConvTranspose": 3,
        "DeformConv": 5, "DepthToSpace": 1, "GRU": 6, "GlobalLpPool": 1, "GridSample": 2,
        "GroupNormalization": 3, "InstanceNormalization": 3, "LRN": 1, "LSTM": 8, "LayerNormalization": 3,
        "LinearAttention": 6, "LpPool": 1, "MaxUnpool": 3, "RMSNormalization": 2, "RNN": 6, "Resize": 4,
        "RoiAlign": 3,
        "RotaryEmbedding": 4, "SpaceToDepth": 1, "Upsample": 2, "ai.onnx.preview.FlexAttention": 3,
    ]
}
