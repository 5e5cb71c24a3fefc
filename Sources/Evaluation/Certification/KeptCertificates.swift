/// The records of one method as they come to be, in the journal as well where there is one.
struct KeptCertificates {
    /// How often the journal is written, in seconds: a record may take a millisecond to make, and longer to be
    /// kept.
    private static let interval = 2.0

    private let step: RunStep
    private let journal: (any RunJournal)?
    private let clock: () -> Double
    private let earlier: Double
    private let began: Double
    private var made: [Int: CertificateRecord] = [:]
    /// The positions that the journal does not hold yet.
    private var unwritten: [Int] = []
    private var lastWritten: Double

    /// What an earlier run has left of a method.
    ///
    /// - Throws: What the journal throws.
    init(
        _ certifier: any SampleCertifier,
        count: Int,
        clock: @escaping () -> Double,
        control: RunControl
    ) throws {
        step = RunStep(
            number: control.steps.take(),
            label: "certifying: \(certifier.method.rawValue)",
            attack: certifier.method.rawValue,
            threat: "\(certifier.norm.rawValue), \(certifier.settings)",
            count: count,
            candidateShape: nil
        )
        journal = control.journal
        self.clock = clock
        began = clock()
        lastWritten = began
        var seconds = 0.0
        for chunk in try journal?.certificates(of: step) ?? [] {
            seconds += chunk.seconds
            for (position, record) in zip(chunk.positions, chunk.records) { made[position] = record }
        }
        earlier = seconds
    }

    /// Every record with its position among the assessed samples, ascending.
    var records: [(position: Int, record: CertificateRecord)] {
        made.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// How long it has taken, all runs together.
    var seconds: Double { earlier + clock() - began }

    /// Whether there is a record of the sample at a position.
    func holds(_ position: Int) -> Bool { made[position] != nil }

    /// Adds a record.
    mutating func add(_ position: Int, _ record: CertificateRecord) {
        made[position] = record
        unwritten.append(position)
    }

    /// Keeps what was added, if that was some time ago.
    ///
    /// - Throws: What the journal throws.
    mutating func writeNowAndThen() throws {
        if clock() - lastWritten > Self.interval { try write() }
    }

    /// Keeps what was added.
    ///
    /// - Throws: What the journal throws.
    mutating func write() throws {
        let now = clock()
        defer { (unwritten, lastWritten) = ([], now) }
        guard let journal, !unwritten.isEmpty else { return }
        let chunk = CertificateChunk(
            positions: unwritten,
            records: unwritten.compactMap { made[$0] },
            seconds: now - lastWritten
        )
        try journal.append(chunk, to: step)
    }
}
