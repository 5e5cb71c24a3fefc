extension OperatorLaws {
    static let pointwiseCases: [OperatorCase] = []
}
