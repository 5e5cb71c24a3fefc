import ArgumentParser
import BulwarkAttacks
import BulwarkEvaluation

/// Options that say what is certified, and on which twin attacks have to succeed.
struct CertificationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What to certify with, separated by commas: ibp, crown, trees, smoothing, clever; none for nothing.",
            discussion:
                "Left out, the suites standard and thorough take ibp, crown and trees as far as they apply and cost little. Clever is an estimate and certifies nothing."
        )
    )
    var certify: MethodList?

    @Option(help: "The most samples for each method; 1000 for ibp and 100 for the others if left out.")
    var certifySamples: Int?

    @Option(
        help: "The standard deviation of smoothing's noise in input units; a quarter of the box if left out."
    )
    var smoothingSigma: Float?

    @Option(help: "How many noisy predictions smoothing takes for each sample.")
    var smoothingSamples = CertificationPlan.Smoothing().draws

    @Option(help: "The probability that a certificate of smoothing is wrong.")
    var smoothingAlpha = CertificationPlan.Smoothing().errorProbability

    @Option(help: "How many batches of gradients clever draws; 500 in its authors' code.")
    var cleverBatches = CertificationPlan.Clever().batches

    @Option(help: "How many gradients such a batch has; 1024 in its authors' code.")
    var cleverBatchSize = CertificationPlan.Clever().batchSize

    @Option(help: "The same model without its defense, an ONNX file: the attacks have to break it.")
    var undefendedTwin: String?

    /// Methods as typed: `ibp,crown`.
    struct MethodList: ExpressibleByArgument {
        let methods: [CertificateMethod]

        init?(argument: String) {
            let names = argument.split(separator: ",", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            if names == ["none"] {
                methods = []
                return
            }
            let found = names.compactMap(CertificateMethod.init)
            guard found.count == names.count, Set(found).count == found.count else { return nil }
            methods = found
        }
    }

    func validate() throws {
        if let certifySamples, certifySamples < 1 { throw ValidationError("--certify-samples is at least 1") }
        if let smoothingSigma, !(smoothingSigma > 0 && smoothingSigma.isFinite) {
            throw ValidationError("--smoothing-sigma is above 0")
        }
        guard smoothingSamples >= 1 else { throw ValidationError("--smoothing-samples is at least 1") }
        guard smoothingAlpha > 0, smoothingAlpha < 1 else {
            throw ValidationError("--smoothing-alpha lies between 0 and 1")
        }
        guard cleverBatches >= 1, cleverBatchSize >= 1 else {
            throw ValidationError("--clever-batches and --clever-batch-size are at least 1")
        }
    }

    /// What an assessment computes.
    ///
    /// - Parameter suite: The suite of attacks, which decides where nothing is said; nil for single attacks.
    /// - Returns: Methods with their options.
    func plan(besides suite: AttackSuite?) -> CertificationPlan {
        var plan =
            certify.map { CertificationPlan(methods: $0.methods) }
            ?? suite.map { .suited(to: $0) } ?? .none
        plan.maximumSamples = certifySamples
        plan.smoothing = .init(
            deviation: smoothingSigma,
            draws: smoothingSamples,
            errorProbability: smoothingAlpha
        )
        plan.clever = .init(batches: cleverBatches, batchSize: cleverBatchSize)
        return plan
    }
}
