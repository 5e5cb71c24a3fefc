/// What one who asks may cost.
public struct ServerLimits: Sendable {
    /// The longest body that is read, in bytes.
    public var maximumBodyBytes: Int
    /// The longest head that is read, in bytes: all names and values of headers together.
    public var maximumHeaderBytes: Int
    /// How many connections are open at a time; those that come when it is reached are closed at once.
    public var maximumConnections: Int
    /// How long a request may take to come, and then its answer to go, in seconds each.
    public var patience: Int64

    /// Limits.
    public init(
        maximumBodyBytes: Int = 1 << 20,
        maximumHeaderBytes: Int = 16 << 10,
        maximumConnections: Int = 256,
        patience: Int64 = 30
    ) {
        precondition(
            min(maximumBodyBytes, maximumHeaderBytes, maximumConnections, Int(patience)) > 0,
            "limits are above zero"
        )
        (self.maximumBodyBytes, self.maximumHeaderBytes) = (maximumBodyBytes, maximumHeaderBytes)
        (self.maximumConnections, self.patience) = (maximumConnections, patience)
    }
}
