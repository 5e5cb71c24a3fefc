import BulwarkTensors

/// A sample that an attack changed the label of within the radius in which a certificate says that nobody
/// can.
///
/// One of the two is wrong: the certificate is unsound, the judge miscounts, or they are about different
/// classifiers. (What randomized smoothing certifies is the smoothed classifier; only attacks that succeed on
/// that one contradict it, and one sample in a thousand may be wrong by chance.)
public struct CertificateContradiction: Sendable, Hashable {
    /// The index of the sample in its data set.
    public let sample: Int
    /// The radius that was certified, in input units.
    public let certifiedRadius: Double
    /// How far the attack moved the sample.
    public let distance: Double

    /// The samples on which an attack succeeded strictly inside a certified radius, in ascending order.
    ///
    /// - Parameters:
    ///   - radii: For each sample the radius within which its true label is certified, if it has one.
    ///   - successes: The distances of successful attacks in the same norm, any number for a sample; the
    ///     nearest counts.
    /// - Returns: One contradiction a sample.
    public static func find(
        certifiedRadii radii: [Int: Double],
        successes: [(sample: Int, distance: Double)]
    ) -> [CertificateContradiction] {
        var nearest: [Int: Double] = [:]
        for (sample, distance) in successes {
            nearest[sample] = min(nearest[sample] ?? .infinity, distance)
        }
        return nearest.keys.sorted().compactMap { sample in
            guard let radius = radii[sample], let distance = nearest[sample], distance < radius else {
                return nil
            }
            return CertificateContradiction(
                sample: sample,
                certifiedRadius: radius,
                distance: distance
            )
        }
    }

    /// The same for the records of attacks.
    ///
    /// - Parameters:
    ///   - radii: For each sample the radius within which its true label is certified, if it has one.
    ///   - norm: The norm of the radii.
    ///   - records: What the judge saw of the attacks.
    /// - Returns: One contradiction a sample.
    public static func find(
        certifiedRadii radii: [Int: Double],
        norm: Norm,
        records: some Sequence<SampleRecord>
    ) -> [CertificateContradiction] {
        find(
            certifiedRadii: radii,
            successes: records.filter(\.isBroken).map { record in
                (sample: record.sample, distance: record.distances[norm])
            }
        )
    }
}
