extension OperatorLaws {
    static let numericCases: [OperatorCase] = []
}
