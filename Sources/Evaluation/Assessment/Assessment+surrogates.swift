extension Assessment {
    /// The networks of the adversary's own that a transfer attack was made on, and what they took.
    public struct Surrogates: Sendable, Equatable, Codable {
        /// The attack: `transfer` or `transfer-answers`.
        public var attack: String
        /// What they learnt from, in words.
        public var data: String
        /// How many samples that was; none of them is assessed.
        public var samples: Int
        /// How often the model was asked before there were any surrogates: once for the whole attack, and not
        /// part of what it asked about single samples.
        public var queries: Int
        /// The networks.
        public var networks: [Network]
        /// Why they are not others, where there is something to say.
        public var notes: [String]

        /// All parts.
        public init(
            attack: String,
            data: String,
            samples: Int,
            queries: Int,
            networks: [Network],
            notes: [String]
        ) {
            self.attack = attack
            self.data = data
            self.samples = samples
            self.queries = queries
            self.networks = networks
            self.notes = notes
        }

        /// One network.
        public struct Network: Sendable, Equatable, Codable {
            /// What it is, as in `cnn of width 16`.
            public var architecture: String
            /// The number of floats in its parameters.
            public var parameterCount: Int
            /// The share of the assessed samples that it classifies correctly without an attack.
            public var accuracy: Estimate
            /// The share of the assessed samples on which it gives the model's own answer.
            public var agreement: Estimate

            /// All parts.
            public init(architecture: String, parameterCount: Int, accuracy: Estimate, agreement: Estimate) {
                self.architecture = architecture
                self.parameterCount = parameterCount
                self.accuracy = accuracy
                self.agreement = agreement
            }
        }
    }
}
