import BulwarkEvaluation
import BulwarkModels
import BulwarkRemote
import BulwarkTensors

/// A served model on its way to an assessment.
struct EndpointTarget: AssessmentTarget {
    let name: String
    /// The protocol has no names of classes.
    let classNames: [String]? = nil
    private let endpoint: RemoteEndpoint
    private let queryBudget: Int?
    private let watch = EndpointWatch()

    /// Reads the model's metadata.
    ///
    /// - Throws: `CommandFailure` that names the address.
    init(_ address: ModelAddress, options: RemoteOptions, rules: TrafficRules) throws {
        name = address.description
        queryBudget = rules.queryBudget
        endpoint = try EndpointFailure.naming(name) {
            try RemoteEndpoint(address, options: options, rules: rules)
        }
    }

    var inputShape: Shape { endpoint.inputShape }

    func opened(
        lookingAt samples: Tensor,
        keeping reserve: Int,
        engine: EngineOptions
    ) throws -> OpenedTarget {
        let access = try naming { try endpoint.access(lookingAt: samples) }
        // Without a budget there is nothing to keep.
        let kept = queryBudget == nil ? 0 : reserve
        switch access {
        case .scores(let model):
            return opened(
                .scores(
                    WatchedEndpoint(model.sparing(kept), watch),
                    obstacle: RemoteClassifier.obstacle,
                    judge: WatchedEndpoint(model, watch)
                ),
                classCount: model.classCount,
                form: model.form.rawValue,
                notes: model.notes
            )
        case .labels(let model):
            return opened(
                .labels(
                    WatchedEndpoint(model.sparing(kept), watch),
                    obstacle: RemoteLabels.obstacle,
                    judge: WatchedEndpoint(model, watch)
                ),
                classCount: model.classCount,
                form: "labels",
                notes: model.notes
            )
        }
    }

    private func opened(
        _ access: OpenedTarget.Access,
        classCount: Int,
        form: String,
        notes: [String]
    ) -> OpenedTarget {
        var opened = OpenedTarget(
            access: access,
            description: Assessment.Model(
                path: name,
                sha256: FileDigest.sha256(of: endpoint.metadata),
                inputShape: endpoint.inputShape.dimensions,
                classCount: classCount,
                parameterCount: nil,
                outputForm: form,
                notes: notes
            ),
            backend: "Open Inference Protocol 2"
        )
        opened.description.notes += [opened.obstacle].compactMap(\.self).map {
            OpenedTarget.remark(on: $0, showsScores: opened.showsScores)
        }
        opened.endpoint = { [endpoint, queryBudget, name] in
            let statistics = endpoint.statistics
            return Assessment.Endpoint(
                address: name,
                version: endpoint.version,
                platform: endpoint.platform,
                requests: statistics.requests,
                samplesAsked: statistics.samplesAsked,
                samplesSent: statistics.samplesSent,
                queryBudget: queryBudget,
                retries: statistics.retries,
                lost: statistics.lost,
                refusals: Dictionary(uniqueKeysWithValues: statistics.refusals.map { ("\($0)", $1) }),
                secondsWaited: statistics.secondsWaited,
                secondsWaitedForRates: statistics.secondsWaitedForRates
            )
        }
        return opened
    }

    func naming<Result>(_ body: () throws -> Result) throws -> Result {
        try EndpointFailure.naming(name) {
            do {
                return try body()
            } catch let stop as RunStop {
                // What the endpoint did says more than that the run ended.
                throw watch.failure ?? stop
            }
        }
    }

    func requireNoFailure() throws {
        guard let failure = watch.failure else { return }
        let text = "\(name), after the first attack had begun (what was found until then is reported)"
        try EndpointFailure.naming(text) { throw failure }
    }
}
