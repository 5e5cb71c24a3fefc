extension OperatorLaws {
    static let indexingCases: [OperatorCase] = []
}
