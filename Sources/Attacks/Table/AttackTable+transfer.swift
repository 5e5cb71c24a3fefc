import BulwarkModels
import BulwarkTensors

/// Attacks that need networks of the adversary's own before they can be made.
extension AttackTable {
    /// What there is to say of them before their surrogates are trained; `make` refuses.
    ///
    /// `TransferPlan.row(with:isFaithful:)` gives rows that can be made.
    public static let transferRows: [Row] = ["transfer", "transfer-answers"].map { name in
        transferRow(
            name,
            queries: 0,
            TransferPlan.all.filter { $0.attack == name }.map { plan in
                Variant(
                    preset: plan.preset,
                    build: { _ throws(AttackError) in throw .needsSurrogates(attack: name) }
                )
            }
        )
    }

    /// The names of all attacks.
    public static var names: [String] { (rows + transferRows + [treeDescription]).map(\.name) }

    /// What there is to say of an attack, whether it can be made already or not.
    ///
    /// - Throws: `AttackError.unknownAttack`.
    public static func description(of name: String) throws(AttackError) -> Row {
        let described = transferRows + [treeDescription]
        guard let row = described.first(where: { $0.name == name }) else { return try row(named: name) }
        return row
    }

    static func transferRow(_ name: String, queries: Int, _ variants: [Variant]) -> Row {
        let source =
            name == "transfer"
            ? "trained on labelled samples of the adversary's own" : "trained on the target's answers"
        return Row(
            name: name,
            summary: "examples made on networks \(source)",
            kind: .transfer,
            norms: [.linf, .l2, .l1],
            queriesBefore: queries,
            variants: variants
        )
    }
}

extension AttackTable.Row {
    /// What the adversary has to know: the gradients; labelled data and the target's architecture; or nothing
    /// but answers.
    public var knowledge: ThreatModel.Knowledge {
        switch kind {
        case .gradient, .exact: .whiteBox
        case .transfer: name == "transfer" ? .grayBox : .blackBox
        case .score, .decision, .control: .blackBox
        }
    }

    /// Whether an adversary who knows so much can run it.
    public func isOpen(to adversary: ThreatModel.Knowledge) -> Bool { knowledge.rank <= adversary.rank }
}

extension ThreatModel.Knowledge {
    /// How much it is: the answers, then data and architecture, then everything.
    fileprivate var rank: Int {
        switch self {
        case .blackBox: 0
        case .grayBox: 1
        case .whiteBox: 2
        }
    }
}
