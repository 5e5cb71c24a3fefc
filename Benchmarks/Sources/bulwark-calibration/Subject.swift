import BulwarkAttacks
import BulwarkModels

/// A kind of model of which it is known whether an evaluation of it misleads.
struct Subject: Sendable {
    /// What is known of a model.
    enum Group: String, Codable, Sendable {
        /// Its gradients are sound, and attacks measure what they should, however robust it is.
        case good
        /// It withstands a plain attack for reasons other than robustness.
        case broken
    }

    /// The name on the command line and in tables.
    let name: String
    let group: Group
    /// What it is, and the publications of the defense and of what breaks it.
    let meaning: String
    /// The checks that name what is wrong with it; none for sound models.
    var causes: [String] = []
    /// What the adversary wants; a rejection is no success for one who wants a certain class.
    var goal: ThreatModel.Goal = .untargeted
    /// The same model without the defense, if it has one.
    var twin: (@Sendable (Workshop) throws -> Graph)?
    /// Trains and builds the model of a seed.
    let make: @Sendable (Workshop) throws -> Target

    static let all = broken + good
}

/// A model to assess.
struct Target {
    /// How it is handed to an assessment.
    enum Form {
        /// As a graph, as from a file: a black box if it gives no gradients.
        case graph(Graph)
        /// As somebody's own classifier, to an adversary with gradients.
        case own(any ActivationAccess)
    }

    let form: Form
    /// Whose gradients an adversary who knows the defense follows; the model's own if nil.
    var stand: (any GradientAccess)?
    /// What such an adversary has to break, if not the model's single answers: their mean.
    var mean: (any GradientAccess)?

    init(_ graph: Graph, following stand: (any GradientAccess)? = nil) {
        form = .graph(graph)
        self.stand = stand
    }

    init(_ model: any ActivationAccess, following stand: (any GradientAccess)? = nil) {
        form = .own(model)
        self.stand = stand
    }
}
