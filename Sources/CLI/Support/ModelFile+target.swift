import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors

extension ModelFile: AssessmentTarget {
    var name: String { path }
    var inputShape: Shape { classifier.inputShape }

    func opened(
        lookingAt samples: Tensor,
        keeping reserve: Int,
        engine: EngineOptions
    ) throws -> OpenedTarget {
        let (model, remarks) = try access(lookingAt: samples, engine: engine)
        let access: OpenedTarget.Access =
            switch model {
            case .gradients(let classifier): .gradients(classifier)
            case .scores(let classifier): .scores(classifier, obstacle: classifier.obstacle, judge: nil)
            }
        var notes = notes + remarks
        if case .scores(let classifier) = model {
            notes.append(OpenedTarget.remark(on: classifier.obstacle, showsScores: true))
        }
        return OpenedTarget(
            access: access,
            description: Assessment.Model(
                path: path,
                sha256: try FileDigest.sha256(ofFile: path),
                inputShape: classifier.inputShape.dimensions,
                classCount: classifier.classCount,
                parameterCount: classifier.graph.parameterCount,
                outputForm: model.model.form.rawValue,
                notes: notes,
                straightThrough: model.straightThrough,
                stepped: model.stepped
            ),
            backend: engine.backend.described,
            graph: model.model
        )
    }

    func naming<Result>(_ body: () throws -> Result) throws -> Result { try reading(path, body) }

    /// A file goes on being there.
    func requireNoFailure() {}
}

extension ClassifierAccess {
    /// The types of operators that its gradients pass as if these did nothing; nil if there are none.
    fileprivate var straightThrough: [String]? { list(model.graph.straightThroughOperators) }
    /// The types of operators that its gradients do not see; nil if there are none.
    fileprivate var stepped: [String]? { list(model.graph.steppedOperators) }

    private func list(_ names: [String]) -> [String]? { hasGradients && !names.isEmpty ? names : nil }
}
