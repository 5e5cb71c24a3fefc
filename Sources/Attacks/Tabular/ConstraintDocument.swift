/// Constraints on the features of a table as a file states them, before anybody checked them.
///
/// `docs/formats/constraints.md` describes the file. `FeatureConstraints` is what becomes of a document once
/// its features were found and its numbers make sense.
public struct ConstraintDocument: Sendable, Equatable {
    /// The name of the format.
    public static let schema = "bulwark.constraints/1"

    /// The names of all features in order, if the document gives them.
    public var features: [String]?
    /// Features that keep the value they have.
    public var immutable: [FeatureReference]
    /// Features with equally spaced values.
    public var integer: [Spacing]
    /// Features with a smallest or a largest value.
    public var range: [Limits]
    /// Groups of features of which one is 1 and the others are 0.
    public var oneHot: [[FeatureReference]]
    /// Features that may move in one direction only.
    public var monotone: [Direction]
    /// Weighted sums of features with a bound.
    public var linear: [Relation]

    /// A feature whose values are `offset + k · step` for whole numbers k.
    public struct Spacing: Sendable, Equatable {
        /// The feature.
        public var feature: FeatureReference
        /// How far neighbouring values are apart.
        public var step: Double
        /// One of the values.
        public var offset: Double

        /// A feature with whole numbers, unless said otherwise.
        public init(_ feature: FeatureReference, step: Double = 1, offset: Double = 0) {
            (self.feature, self.step, self.offset) = (feature, step, offset)
        }
    }

    /// A feature with a smallest or a largest value, or both.
    public struct Limits: Sendable, Equatable {
        /// The feature.
        public var feature: FeatureReference
        /// The smallest value, if there is one.
        public var lower: Double?
        /// The largest value, if there is one.
        public var upper: Double?

        /// A feature with limits.
        public init(_ feature: FeatureReference, lower: Double? = nil, upper: Double? = nil) {
            (self.feature, self.lower, self.upper) = (feature, lower, upper)
        }
    }

    /// A feature that may move in one direction only, seen from the sample's own value.
    public struct Direction: Sendable, Equatable {
        /// The feature.
        public var feature: FeatureReference
        /// Where to.
        public var direction: Way

        /// Up or down.
        public enum Way: String, Sendable, Codable {
            /// The value may only rise.
            case rising
            /// The value may only fall.
            case falling
        }

        /// A feature with a direction.
        public init(_ feature: FeatureReference, _ direction: Way) {
            (self.feature, self.direction) = (feature, direction)
        }
    }

    /// A weighted sum of features that is at most, equal to, or at least a bound.
    public struct Relation: Sendable, Equatable {
        /// What is added up.
        public var terms: [Term]
        /// How the sum compares with the bound.
        public var relation: Comparison
        /// The bound.
        public var bound: Double

        /// A feature with its weight.
        public struct Term: Sendable, Equatable {
            /// The feature.
            public var feature: FeatureReference
            /// What it is multiplied by.
            public var coefficient: Double

            /// A weighted feature.
            public init(_ coefficient: Double, _ feature: FeatureReference) {
                (self.feature, self.coefficient) = (feature, coefficient)
            }
        }

        /// How two numbers compare.
        public enum Comparison: String, Sendable, Codable {
            /// At most.
            case atMost = "<="
            /// Equal.
            case equal = "="
            /// At least.
            case atLeast = ">="
        }

        /// A relation.
        public init(_ terms: [Term], _ relation: Comparison, _ bound: Double) {
            (self.terms, self.relation, self.bound) = (terms, relation, bound)
        }
    }

    /// A document; every kind of constraint that is left out is empty.
    public init(
        features: [String]? = nil,
        immutable: [FeatureReference] = [],
        integer: [Spacing] = [],
        range: [Limits] = [],
        oneHot: [[FeatureReference]] = [],
        monotone: [Direction] = [],
        linear: [Relation] = []
    ) {
        self.features = features
        self.immutable = immutable
        self.integer = integer
        self.range = range
        self.oneHot = oneHot
        self.monotone = monotone
        self.linear = linear
    }
}
