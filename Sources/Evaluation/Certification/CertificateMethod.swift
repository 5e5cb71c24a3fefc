/// A way to say within which radius nobody can change a classifier's answer, or to estimate it.
public enum CertificateMethod: String, Sendable, Codable, CaseIterable {
    /// Interval bound propagation: what every neuron lies between.
    case ibp
    /// CROWN: linear functions of the input that scores are not below.
    case crown
    /// An exact search of the leaves of decision trees.
    case trees
    /// Randomized smoothing: a statement about what the model answers most often under noise.
    case smoothing
    /// CLEVER: an estimate from sampled gradients, which proves nothing.
    case clever

    /// What a result of a method is worth.
    public enum Standing: String, Sendable, Codable {
        /// A proof about the model that was assessed.
        case proof
        /// A proof, but for a stated probability, about another classifier: the smoothed one.
        case smoothed
        /// A guess. It never enters the verdict, and no attack contradicts it.
        case estimate
    }

    /// What its results are worth.
    public var standing: Standing {
        switch self {
        case .ibp, .crown, .trees: .proof
        case .smoothing: .smoothed
        case .clever: .estimate
        }
    }

    /// The most samples it looks at unless somebody says otherwise.
    public var defaultSamples: Int { self == .ibp ? 1000 : 100 }

    /// Whether a certified radius itself belongs to the ball that is certified, and not only what is nearer.
    var closesBall: Bool { self == .ibp || self == .crown }
}
