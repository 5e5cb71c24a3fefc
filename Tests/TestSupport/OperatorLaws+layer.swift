extension OperatorLaws {
    static let layerCases: [OperatorCase] = []
}
