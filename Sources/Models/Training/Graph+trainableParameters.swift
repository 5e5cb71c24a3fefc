extension Graph {
    /// The same layers with what they have learnt, ready to be trained further: weights, biases, scales,
    /// slopes and tokens are trainable.
    ///
    /// The parameters of a model from a file are constants. Numbers whose part in the model is not known, and
    /// what prepares inputs before the first layer, stay so. Running means and variances follow training
    /// without gradients.
    ///
    /// - Returns: A graph that computes the same.
    /// - Throws: `FreshParametersError.noWeights` if there are no layers with weights.
    public func withTrainableParameters() throws(FreshParametersError) -> Graph {
        let roles = try ParameterRoles(self, unknown: .constant).roles
        let trainable = parameters.keys.sorted { $0.index < $1.index }.filter {
            switch roles[$0] {
            case .weight, .bias, .scale, .slope, .token: true
            case .mean, .variance, .constant, nil: false
            }
        }
        return Graph(
            values: values,
            inputs: inputs,
            outputs: outputs,
            parameters: parameters,
            trainable: trainable,
            nodes: nodes
        )
    }
}
