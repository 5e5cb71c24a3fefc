extension Assessment {
    /// What is certified, between which numbers the robust accuracy lies, and what is merely estimated.
    public struct Certificates: Sendable, Equatable, Codable {
        /// One row a method.
        public var results: [Result]
        /// Certified and attacked accuracy on the same samples; nil if no method proves something of the
        /// model itself.
        public var bracket: Bracket?
        /// Samples that an attack broke within a certified radius: one of our numbers is wrong.
        public var contradictions: [Contradiction]
        /// Why methods are missing, if some are.
        public var notes: [String]

        /// All parts.
        public init(
            results: [Result],
            bracket: Bracket?,
            contradictions: [Contradiction],
            notes: [String]
        ) {
            self.results = results
            self.bracket = bracket
            self.contradictions = contradictions
            self.notes = notes
        }

        /// What one method found.
        public struct Result: Sendable, Equatable, Codable {
            /// `ibp`, `crown`, `trees`, `smoothing` or `clever`.
            public var method: String
            /// `proof`, `smoothed` (of the smoothed classifier, but for a probability) or `estimate`.
            public var standing: String
            /// Its knobs in words.
            public var settings: String
            /// The norm of its radii.
            public var norm: String
            /// The threat's radius, in the threat's norm.
            public var epsilon: Double
            /// The share of the samples that it certifies at the threat's radius; null for estimates.
            public var certifiedAccuracy: Estimate?
            /// How many samples it was asked about.
            public var samples: Int
            /// How many of them the certified classifier gets wrong, or abstains from, without an attack.
            public var misclassified: Int
            /// The median certified radius of the others; null for estimates and where radii were not looked
            /// for.
            public var medianRadius: Double?
            /// The median estimate; null for certificates.
            public var medianEstimate: Double?
            /// How long it took.
            public var seconds: Double
            /// The file of per-sample records, relative to the output folder.
            public var records: String

            /// All parts.
            public init(
                method: String,
                standing: String,
                settings: String,
                norm: String,
                epsilon: Double,
                certifiedAccuracy: Estimate?,
                samples: Int,
                misclassified: Int,
                medianRadius: Double?,
                medianEstimate: Double?,
                seconds: Double,
                records: String
            ) {
                self.method = method
                self.standing = standing
                self.settings = settings
                self.norm = norm
                self.epsilon = epsilon
                self.certifiedAccuracy = certifiedAccuracy
                self.samples = samples
                self.misclassified = misclassified
                self.medianRadius = medianRadius
                self.medianEstimate = medianEstimate
                self.seconds = seconds
                self.records = records
            }
        }

        /// Between which numbers the robust accuracy of some samples lies, whatever the adversary does.
        public struct Bracket: Sendable, Equatable, Codable {
            /// The methods that prove something of the model; a sample counts if one of them certifies it.
            public var methods: [String]
            /// The share of the samples that no attack within the ball can break.
            public var certified: Estimate
            /// The share of the samples that no attack of the run broke.
            public var attacked: Estimate
            /// The share of the samples that no attack broke and no method certifies: what is not known.
            public var gap: Estimate

            /// All parts.
            public init(methods: [String], certified: Estimate, attacked: Estimate, gap: Estimate) {
                self.methods = methods
                self.certified = certified
                self.attacked = attacked
                self.gap = gap
            }
        }

        /// A sample that an attack broke within the radius in which a method says nobody can.
        public struct Contradiction: Sendable, Equatable, Codable {
            /// The method.
            public var method: String
            /// The attack, or the probe.
            public var attack: String
            /// The index of the sample in its data set.
            public var sample: Int
            /// The radius that was certified.
            public var certifiedRadius: Double
            /// How far the attack moved the sample.
            public var distance: Double

            /// All parts.
            public init(
                method: String,
                attack: String,
                sample: Int,
                certifiedRadius: Double,
                distance: Double
            ) {
                self.method = method
                self.attack = attack
                self.sample = sample
                self.certifiedRadius = certifiedRadius
                self.distance = distance
            }
        }
    }
}
