extension OperatorTable {
    /// Comparisons, logic, and operators that move elements.
    static let indexingRows: [String: Lowering] = [
        "And": Logic.lower(.and),
        "Compress": Selection.lowerCompress,
        "Einsum": Einsum.lower,
        "Equal": Comparison.lower(.equal),
        "EyeLike": Generators.lowerEyeLike,
        "Gather": RuntimeGather.lower,
        "GatherElements": GatherElements.lower,
        "GatherND": GatherND.lower,
        "Greater": Comparison.lower(.greater),
        "GreaterOrEqual": Comparison.lower(.greaterOrEqual),
        "IsInf": ElementTest.lowerIsInf,
        "IsNaN": ElementTest.lowerIsNaN,
        "Less": Comparison.lower(.less),
        "LessOrEqual": Comparison.lower(.lessOrEqual),
        "Loop": Unrolling.lowerLoop,
        "NonMaxSuppression": NonMaxSuppression.lower,
        "NonZero": Selection.lowerNonZero,
        "Not": ElementTest.lowerNot,
        "OneHot": OneHot.lower,
        "Or": Logic.lower(.or),
        "Range": Generators.lowerRange,
        "ReverseSequence": ReverseSequence.lower,
        "Scan": Unrolling.lowerScan,
        "Scatter": ScatterElements.lower,
        "ScatterElements": ScatterElements.lower,
        "ScatterND": ScatterND.lower,
        "Size": Generators.lowerSize,
        "TensorScatter": TensorScatter.lower,
        "Tile": Tile.lower,
        "Unique": Unique.lower,
        "Where": Where.lower,
        "Xor": Logic.lower(.xor),
    ]

    /// The most inputs of the rows above.
    static let indexingMaximumInputs: [String: Int] = [
        "And": 2, "Compress": 2, "Equal": 2, "EyeLike": 1, "GatherElements": 2, "GatherND": 2, "Greater": 2,
        "GreaterOrEqual": 2, "IsInf": 1, "IsNaN": 1, "Less": 2, "LessOrEqual": 2, "NonMaxSuppression": 5,
        "NonZero": 1, "Not": 1, "OneHot": 3, "Or": 2, "Range": 3, "ReverseSequence": 2, "Scatter": 3,
        "ScatterElements": 3, "ScatterND": 3, "Size": 1, "TensorScatter": 3, "Tile": 3, "Unique": 1,
        "Where": 3, "Xor": 2,
    ]
}
