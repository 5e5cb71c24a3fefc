import BulwarkTensors

/// The exact attack on decision trees, which there is only once a model's trees are known.
extension AttackTable {
    /// Its name on the command line.
    public static let treeName = "tree-ensemble"

    /// How many regions the search of one sample looks at, unless somebody says otherwise.
    ///
    /// A number of regions and no time, so that what is found and proved is the same on every machine.
    public static let treeLimit = 10_000

    /// What there is to say of it before trees are known; `make` refuses.
    public static let treeDescription = row(maximumRegions: treeLimit, horizon: 2, trees: nil)

    /// The row of the exact attack on some trees.
    ///
    /// Both presets find the same within their limits, and what they prove is proved; `fast` gives up sooner.
    ///
    /// - Parameters:
    ///   - trees: The trees of the model that is attacked.
    ///   - maximumRegions: How many regions the search of one sample looks at; a tenth of them for `fast`.
    ///   - horizon: How far away the nearest example is looked for, as a multiple of the radius, at least 1.
    /// - Returns: A row that is defined for every norm.
    public static func treeRow(
        _ trees: DecisionTrees,
        maximumRegions: Int = treeLimit,
        horizon: Float = 2
    ) -> Row { row(maximumRegions: maximumRegions, horizon: horizon, trees: trees) }

    private static func row(maximumRegions: Int, horizon: Float, trees: DecisionTrees?) -> Row {
        func variant(_ name: String, _ regions: Int, isStrong: Bool) -> Variant {
            Variant(
                preset: Preset(
                    name: name,
                    provenance: .paper,
                    isStrong: isStrong,
                    summary: "exact, up to \(horizon) times the radius, at most \(regions) regions a sample "
                        + "(Kantchelian et al., ICML 2016)"
                ),
                build: { threat throws(AttackError) in
                    guard let trees else { throw .needsTrees(attack: treeName) }
                    return .labelOnly(
                        TreeEnsembleAttack(
                            threat: threat,
                            trees: trees,
                            limits: TreeSearchLimits(maximumRegions: regions),
                            horizon: horizon * threat.epsilon
                        )
                    )
                }
            )
        }
        return Row(
            name: treeName,
            summary: "the nearest example for decision trees, or the proof that there is none",
            kind: .exact,
            norms: Norm.allCases,
            variants: [
                variant("fast", max(maximumRegions / 10, 1), isStrong: false),
                variant("standard", maximumRegions, isStrong: true),
            ]
        )
    }
}
