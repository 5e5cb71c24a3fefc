extension OperatorTable {
    /// The operators of `ai.onnx.ml`, and those of ONNX Runtime that scikit-learn's converter uses with them.
    static let classicalRows: [String: Lowering] = [
        "ai.onnx.ml.ArrayFeatureExtractor": ArrayFeatureExtractor.lower,
        "ai.onnx.ml.Binarizer": Binarizer.lower,
        "ai.onnx.ml.FeatureVectorizer": FeatureVectorizer.lower,
        "ai.onnx.ml.Imputer": Imputer.lower,
        "ai.onnx.ml.LabelEncoder": LabelEncoder.lower,
        "ai.onnx.ml.LinearClassifier": LinearModels.lowerClassifier,
        "ai.onnx.ml.LinearRegressor": LinearModels.lowerRegressor,
        "ai.onnx.ml.Normalizer": RowNormalizer.lower,
        "ai.onnx.ml.OneHotEncoder": OneHotEncoder.lower,
        "ai.onnx.ml.SVMClassifier": SVMClassifier.lower,
        "ai.onnx.ml.SVMRegressor": SVMRegressor.lower,
        "ai.onnx.ml.Scaler": Scaler.lower,
        "ai.onnx.ml.TreeEnsemble": TreeEnsemble.lower,
        "ai.onnx.ml.TreeEnsembleClassifier": TreeEnsembleClassifier.lower,
        "ai.onnx.ml.TreeEnsembleRegressor": TreeEnsemble.lowerRegressor,
        // A list of dictionaries over the probabilities; the array it is made of takes its place.
        "ai.onnx.ml.ZipMap": Passing.lowerIdentity,
        "com.microsoft.CDist": SquaredDistances.lower,
    ]

    /// The most inputs of the rows above.
    static let classicalMaximumInputs: [String: Int] = [
        "ai.onnx.ml.ArrayFeatureExtractor": 2, "ai.onnx.ml.Binarizer": 1, "ai.onnx.ml.Imputer": 1,
        "ai.onnx.ml.LabelEncoder": 1, "ai.onnx.ml.LinearClassifier": 1, "ai.onnx.ml.LinearRegressor": 1,
        "ai.onnx.ml.Normalizer": 1, "ai.onnx.ml.OneHotEncoder": 1, "ai.onnx.ml.SVMClassifier": 1,
        "ai.onnx.ml.SVMRegressor": 1, "ai.onnx.ml.Scaler": 1, "ai.onnx.ml.TreeEnsemble": 1,
        "ai.onnx.ml.TreeEnsembleClassifier": 1, "ai.onnx.ml.TreeEnsembleRegressor": 1,
        "ai.onnx.ml.ZipMap": 1, "com.microsoft.CDist": 2,
    ]
}
