import ArgumentParser
import BulwarkAttacks

/// Options for tables: constraints on their features, and models made of decision trees.
struct TabularOptions: ParsableArguments {
    @Option(
        help:
            "A JSON file of constraints on the features: attacks find only rows that satisfy them (docs/formats/constraints.md)."
    )
    var constraints: String?

    @Flag(help: "Leave out samples that break the constraints themselves, instead of refusing the data.")
    var skipViolating = false

    @Option(
        help:
            "How many regions the exact attack on decision trees looks at for one sample, before it gives up without a proof."
    )
    var treeLimit = AttackTable.treeLimit

    /// What was chosen, with the constraints read.
    ///
    /// - Throws: `CommandFailure` that names the file and the place in it.
    var choice: AssessmentJob.Tabular {
        get throws {
            AssessmentJob.Tabular(
                constraints: try constraints.map { try ConstraintFile($0) },
                skipsViolating: skipViolating,
                treeLimit: treeLimit
            )
        }
    }

    func validate() throws {
        if skipViolating, constraints == nil {
            throw ValidationError("--skip-violating needs --constraints")
        }
        guard treeLimit >= 1 else { throw ValidationError("--tree-limit is at least 1") }
    }
}
