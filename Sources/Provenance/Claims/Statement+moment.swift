extension Statement {
    /// The moment at which a claim says that its work was done or its decision taken; nil where it says none.
    ///
    /// It is what the clock of whoever signed showed, and nothing checks it.
    public var statedMoment: Timestamp? {
        let path: [String]
        switch claimType {
        case .training, .assessment, .hardening, .scan: path = ["finished"]
        case .dataset: path = ["manifest", "collected"]
        case .approval: path = ["decided"]
        case .deployment: path = ["deployed"]
        case .incident: path = ["detected"]
        case .revocation: path = ["from"]
        default: return nil
        }
        var value = predicate
        for name in path {
            guard case .object(let members) = value, let member = members[ExactString(name)] else {
                return nil
            }
            value = member
        }
        guard case .string(let text) = value else { return nil }
        return Timestamp(text)
    }
}
