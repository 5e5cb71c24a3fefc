import BulwarkModels
import BulwarkTensors

/// Where a run keeps the chunks that it has finished, so that a later one need not repeat them.
///
/// Results do not depend on how samples are divided into chunks, so the chunks of a later run may be others.
/// A run goes through its steps in one order, which its inputs decide: step *n* of one run is step *n* of any
/// other of the same inputs.
public protocol RunJournal: AnyObject {
    /// Takes note of what the model answers without an attack, before the first step.
    ///
    /// - Parameter answers: One row a sample: its scores, or its label where scores may differ in their last
    ///   bits from run to run.
    /// - Throws: If the model answered otherwise when the run began.
    func begin(answers: Tensor) throws

    /// The chunks of a step that earlier runs finished, in the order in which they did.
    ///
    /// - Throws: If the journal cannot be read, or belongs to another run.
    func chunks(of step: RunStep) throws -> [RunChunk]

    /// Keeps a chunk; when this returns, it outlives the process.
    ///
    /// - Throws: If it cannot be kept.
    func append(_ chunk: RunChunk, to step: RunStep) throws

    /// The certificates of a step that earlier runs finished, in the order in which they did.
    ///
    /// - Throws: If the journal cannot be read.
    func certificates(of step: RunStep) throws -> [CertificateChunk]

    /// Keeps certificates; when this returns, they outlive the process.
    ///
    /// - Throws: If they cannot be kept.
    func append(_ chunk: CertificateChunk, to step: RunStep) throws
}

/// One step of a run: an attack on some of its samples, or a method of certification.
public struct RunStep: Sendable, Hashable, Codable {
    /// Counted from 0, in the order in which a run makes its steps.
    public var number: Int
    /// What it is called while it runs, as in `apgd-ce` or `curve at 0.1`.
    public var label: String
    /// The name of the attack or of the method.
    public var attack: String
    /// The norm and the radius, as in `linf 0.1`; of a method the norm and its knobs.
    public var threat: String
    /// How many samples it is about.
    public var count: Int
    /// The extents of a candidate; nil where candidates are not kept.
    public var candidateShape: [Int]?

    /// All parts.
    public init(
        number: Int,
        label: String,
        attack: String,
        threat: String,
        count: Int,
        candidateShape: [Int]?
    ) {
        self.number = number
        self.label = label
        self.attack = attack
        self.threat = threat
        self.count = count
        self.candidateShape = candidateShape
    }
}

/// What became of some of the samples of a step.
public struct RunChunk: Sendable {
    /// Their positions among the samples of the assessment.
    public var positions: [Int]
    /// A record for each.
    public var records: [SampleRecord]
    /// The legal candidate of each, one row a sample; nil where candidates are not kept.
    public var candidates: Tensor?
    /// How long they took, by the clock that was passed in.
    public var seconds: Double

    /// All parts; traps unless there is a record and, where they are kept, a candidate for each position.
    public init(
        positions: [Int],
        records: [SampleRecord],
        candidates: Tensor?,
        seconds: Double
    ) {
        precondition(positions.count == records.count, "one record a sample")
        precondition((candidates?.rowCount ?? positions.count) == positions.count, "one candidate a sample")
        self.positions = positions
        self.records = records
        self.candidates = candidates
        self.seconds = seconds
    }
}

/// What a method of certification says of some of the samples of a step.
public struct CertificateChunk: Sendable, Equatable, Codable {
    /// Their positions among the samples of the assessment.
    public var positions: [Int]
    /// A record for each.
    public var records: [CertificateRecord]
    /// How long they took, by the clock that was passed in.
    public var seconds: Double

    /// All parts; traps unless there is a record for each position.
    public init(positions: [Int], records: [CertificateRecord], seconds: Double) {
        precondition(positions.count == records.count, "one record a sample")
        self.positions = positions
        self.records = records
        self.seconds = seconds
    }
}

/// A journal that does not fit the run that reads it.
public struct RunJournalMismatch: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the run does.
    public let step: String
    /// What is wrong, in words.
    public let reason: String

    /// The fault in words.
    public var description: String { "the journal does not fit this run at \(step): \(reason)" }

    /// A fault of a step.
    public init(step: String, reason: String) {
        self.step = step
        self.reason = reason
    }
}

extension Tensor {
    /// One label a row.
    init(labels: [Int]) { self.init(Shape(trusted: [labels.count, 1]), labels.map(Float.init)) }
}
