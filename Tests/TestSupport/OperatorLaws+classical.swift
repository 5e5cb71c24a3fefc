extension OperatorLaws {
    static let classicalCases: [OperatorCase] = []
}
