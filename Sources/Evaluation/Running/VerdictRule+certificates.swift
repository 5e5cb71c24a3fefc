/// What certificates say of the verdict.
extension VerdictRule {
    /// Checks of whether the model is the fixed function that certificates are about.
    static let checksOfTheModel = ["model-is-deterministic", "samples-are-independent"]

    /// Why no number of the run can be trusted, if an attack broke what was certified.
    var contradiction: String? {
        guard let contradictions = certificates?.contradictions, let first = contradictions.first else {
            return nil
        }
        let samples = Set(contradictions.map(\.sample)).count
        return
            "A certificate and an attack contradict each other on \(samples) \(samples == 1 ? "sample" : "samples"): "
            + "\(first.attack) broke sample \(first.sample) at a distance of \(first.distance), within the radius "
            + "\(first.certifiedRadius) that \(first.method) certifies. One of the two is wrong, so nothing of this run "
            + "can be relied on; please report it."
    }

    /// Why the model is robust whatever attacks there are; nil if certificates do not reach the requirement.
    ///
    /// A certificate holds against attacks that nobody has thought of, so neither the strength of those that
    /// were run nor the checks of them matter to it. What matters is that the model is one function.
    var proof: [String]? {
        guard partial == nil, let bracket = certificates?.bracket, let certified = bracket.certified.value,
            bracket.certified.lower >= required
        else { return nil }
        let isFunction = Self.checksOfTheModel.allSatisfy { id in
            checks.first { $0.id == id }?.status == .pass
        }
        guard isFunction else { return nil }
        let others = checks.filter { $0.status == .fail || $0.status == .warn }.map(\.id)
        let remark =
            others.isEmpty
            ? ""
            : " The checks \(others.joined(separator: ", ")), which did not pass, are about attacks and change nothing."
        return [
            "\(bracket.methods.joined(separator: ", ")) certified \(percent(certified)) of \(bracket.certified.samples) "
                + "samples (95 % interval \(percent(bracket.certified.lower)) to \(percent(bracket.certified.upper))): "
                + "no attack within the ball, known or not, changes their labels.",
            "The lower end of that interval reaches the required \(percent(required))." + remark,
        ]
    }
}
