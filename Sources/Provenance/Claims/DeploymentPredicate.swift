/// That a model is in use somewhere.
///
/// The subject is the model.
public struct DeploymentPredicate: ClaimPredicate {
    /// The type of claim.
    public static var claimType: ClaimType { .deployment }

    /// Where: `production`, `staging` or another word of the policy.
    public let environment: String
    /// What it is reached by, without secrets.
    public let endpoint: String
    /// The configuration it runs with.
    public let configuration: ContentReference
    /// The decision of the gate that let it pass.
    public let gateDecision: ContentReference
    /// When.
    public let deployed: Timestamp

    /// A deployment claim.
    public init(
        environment: String,
        endpoint: String,
        configuration: ContentReference,
        gateDecision: ContentReference,
        deployed: Timestamp
    ) {
        self.environment = environment
        self.endpoint = endpoint
        self.configuration = configuration
        self.gateDecision = gateDecision
        self.deployed = deployed
    }

    /// Refuses a deployment to nowhere.
    ///
    /// - Throws: `ClaimError` for what cannot be so.
    public func validate() throws(ClaimError) {
        guard !environment.isEmpty else { throw .impossible(member: "environment", problem: "is empty") }
    }
}
