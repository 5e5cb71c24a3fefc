import BulwarkModels
import Foundation

/// What the demo begins with: data and a policy.
enum DemoFiles {
    /// How many of the digits are kept for assessments; no network ever sees them.
    static let testCount = 500

    /// Writes the data and the policy.
    ///
    /// - Throws: `CommandFailure`.
    static func write(to folder: String) throws {
        let digits = try BuiltInDigits.load()
        let count = digits.sampleCount - testCount
        try OutputWriter.write(
            BuiltInDigits.archive(digits.subset(0..<count)),
            to: folder + "/digits-train.npz"
        )
        try OutputWriter.write(
            BuiltInDigits.archive(digits.subset(count..<digits.sampleCount)),
            to: folder + "/digits-test.npz"
        )
        try OutputWriter.write(Data(policy.utf8), to: folder + "/bulwark.yaml")
        try OutputWriter.write(Data(note.utf8), to: folder + "/keys/README")
    }

    private static let note = "Keys of a demo: they have no passphrase and are worth nothing.\n"

    private static let policy = """
        # What a model has to show before it may be released.
        schema: bulwark.policy/1
        trust: trust.json
        log:
          origin: example.com/bulwark-demo
          publicKey: keys/pipeline.pub.pem
        security:
          model-signature:
          dataset-signature:
          scan: {maximumAgeDays: 30}
          robust-accuracy: {minimum: 0.5, norm: linf, radius: 0.1, maximumAgeDays: 30}
          sanity-checks: {radius: 0.1, warnings: allowed}
          approval: {roles: {review: [reviewer]}}
        safety:
          accuracy: {minimum: 0.85}
        improvement:
          evidence-age: {maximumDays: 90}

        """
}
