import BulwarkCLI
import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Foundation
import Testing

/// What a journal promises: what is in it comes back, and what is not whole does not.
struct RunJournalFileTests {
    private static func header(_ options: [String] = ["--epsilon 0.1"]) -> JournalHeader {
        JournalHeader(
            conditions: RunConditions(
                version: "1",
                backend: "reference",
                platform: "somewhere",
                processor: "",
                samples: "00",
                options: options
            ),
            command: ["bulwark", "assess", "model.onnx"]
        )
    }

    private static func step(_ number: Int, keepsCandidates: Bool) -> RunStep {
        RunStep(
            number: number,
            label: "step \(number)",
            attack: "attack",
            threat: "linf 0.1",
            count: 10,
            candidateShape: keepsCandidates ? [2, 2] : nil
        )
    }

    /// A chunk with numbers that do not survive careless printing.
    private static func chunk(_ positions: [Int], keepsCandidates: Bool) -> RunChunk {
        let records = positions.map { position in
            SampleRecord(
                sample: 100 + position,
                label: 1,
                cleanPrediction: 1,
                adversarialPrediction: 2,
                wasAttacked: true,
                isBroken: position.isMultiple(of: 2),
                distances: .init(linf: 0.1 + 0.2, l2: 7 * .leastNonzeroMagnitude, l1: .infinity, l0: 3),
                queries: position,
                queriesToSuccess: position == 1 ? nil : 7,
                nearest: 1 / 3,
                gradients: 5,
                restart: 2,
                seed: .max,
                claimed: true,
                violation: position == 2 ? "a \"quoted\"\nviolation" : nil
            )
        }
        let candidates = Tensor([positions.count, 2, 2]) { target in
            for index in 0..<4 * positions.count { target[index] = .pi * Float(index) - 0.1 }
        }
        return RunChunk(
            positions: positions,
            records: records,
            candidates: keepsCandidates ? candidates : nil,
            seconds: 0.1 + 0.7
        )
    }

    private static let contents: [(RunStep, RunChunk)] = [
        (step(0, keepsCandidates: true), chunk([0, 1, 2], keepsCandidates: true)),
        (step(0, keepsCandidates: true), chunk([5, 3], keepsCandidates: true)),
        (step(1, keepsCandidates: false), chunk([4], keepsCandidates: false)),
    ]

    private static func isSame(_ one: RunChunk, _ other: RunChunk) -> Bool {
        one.positions == other.positions && one.records == other.records && one.seconds == other.seconds
            && (one.candidates == nil) == (other.candidates == nil)
            && (one.candidates.map { mine in other.candidates.map { mine.isBitwiseEqual(to: $0) } ?? false }
                ?? true)
    }

    /// Writes the contents into a folder, and closes the journal.
    private static func fill(_ folder: String) throws {
        let journal = try RunJournalFile(in: folder, for: header())
        try journal.begin(answers: Tensor([2, 1], [1, 2]))
        for (step, chunk) in contents { try journal.append(chunk, to: step) }
    }

    /// How many of the contents a journal gives back, in their order; nil if it gives back anything else.
    private static func count(_ journal: RunJournalFile) throws -> Int? {
        var found: [RunChunk] = []
        for step in [step(0, keepsCandidates: true), step(1, keepsCandidates: false)] {
            found += try journal.chunks(of: step)
        }
        let isFirstPart = zip(found, contents).allSatisfy { isSame($0, $1.1) }
        return isFirstPart && found.count <= contents.count ? found.count : nil
    }

    @Test func whatIsInAJournalComesBack() throws {
        let bench = try Workbench()
        let folder = bench.folder.path
        try Self.fill(folder)
        let journal = try RunJournalFile(in: folder, for: Self.header())
        #expect(try Self.count(journal) == 3)
        #expect(journal.isResumed && journal.found.samples == 6 && journal.found.steps == 2)
        #expect(journal.dropped == 0)
        #expect(journal.header == Self.header())
        #expect(try journal.chunks(of: Self.step(7, keepsCandidates: true)).isEmpty)
        try journal.begin(answers: Tensor([2, 1], [1, 2]))
        #expect(throws: CommandFailure.self) { try journal.begin(answers: Tensor([2, 1], [1, 3])) }
        try journal.remove()
        #expect(!bench.exists("journal"))
    }

    /// Cut off anywhere, it gives back every record that was whole, and can be written on.
    @Test func aTornTailIsDropped() throws {
        let bench = try Workbench()
        let folder = bench.folder.path
        let file = bench.folder.appendingPathComponent(RunJournalFile.name)
        try Self.fill(folder)
        let bytes = try Data(contentsOf: file)
        var counts: [Int] = []
        var unreadable = 0
        for length in stride(from: 16, to: bytes.count, by: 23) {
            try bytes.prefix(length).write(to: file)
            guard let journal = try? RunJournalFile(in: folder, for: Self.header()) else {
                unreadable += 1
                continue
            }
            let count = try #require(try Self.count(journal))
            counts.append(count)
            guard let (step, chunk) = Self.contents.dropFirst(count).first else { continue }
            try journal.append(chunk, to: step)
            #expect(try journal.chunks(of: step).last.map { Self.isSame($0, chunk) } == true)
        }
        #expect(counts == counts.sorted())
        #expect(Set(counts) == [0, 1, 2])
        // The header is written whole or not at all, so nobody has to guess what one that is cut off says.
        #expect(unreadable > 0 && unreadable < counts.count)
    }

    /// A record that is written after a torn one is there the next time.
    @Test func itGoesOnBehindTheLastWholeRecord() throws {
        let bench = try Workbench()
        let folder = bench.folder.path
        let file = bench.folder.appendingPathComponent(RunJournalFile.name)
        try Self.fill(folder)
        let bytes = try Data(contentsOf: file)
        try bytes.dropLast(3).write(to: file)
        do {
            let journal = try RunJournalFile(in: folder, for: Self.header())
            #expect(journal.dropped > 0)
            #expect(try Self.count(journal) == 2)
            try journal.append(Self.contents[2].1, to: Self.contents[2].0)
        }
        #expect(try Data(contentsOf: file) == bytes)
        #expect(try Self.count(RunJournalFile(in: folder, for: Self.header())) == 3)
    }

    /// No changed byte brings back anything that was not written.
    @Test func aChangedByteIsFound() throws {
        let bench = try Workbench()
        let folder = bench.folder.path
        let file = bench.folder.appendingPathComponent(RunJournalFile.name)
        try Self.fill(folder)
        let bytes = try Data(contentsOf: file)
        for place in stride(from: 0, to: bytes.count, by: 7) {
            var changed = bytes
            changed[place] ^= 1 << UInt8(place % 8)
            try changed.write(to: file)
            guard let journal = try? RunJournalFile(in: folder, for: Self.header()) else { continue }
            let count = try #require(try Self.count(journal), "byte \(place)")
            #expect(count < 3, "byte \(place)")
        }
    }

    @Test func theJournalOfAnotherRunIsRefused() throws {
        let bench = try Workbench()
        let folder = bench.folder.path
        try Self.fill(folder)
        do {
            _ = try RunJournalFile(in: folder, for: Self.header(["--epsilon 0.2", "--targeted"]))
            Issue.record("another run is another run")
        } catch let failure as CommandFailure {
            #expect(failure.status == .badInput)
            #expect(failure.message.contains("--epsilon 0.1"))
            #expect(failure.message.contains("--epsilon 0.2 --targeted"))
            #expect(failure.hint?.contains("--start-over") == true)
        }
        try RunJournalFile.remove(from: folder)
        #expect(try !RunJournalFile(in: folder, for: Self.header(["--targeted"])).isResumed)
    }

    /// A run that was killed before it had finished anything stands in nobody's way.
    @Test func aJournalOfNothingBelongsToWhoeverComes() throws {
        let bench = try Workbench()
        let folder = bench.folder.path
        do {
            let journal = try RunJournalFile(in: folder, for: Self.header())
            try journal.begin(answers: Tensor([2, 1], [1, 2]))
        }
        let other = Self.header(["--epsilon 0.2"])
        do {
            let journal = try RunJournalFile(in: folder, for: other)
            #expect(journal.header == other && !journal.isResumed)
            try journal.begin(answers: Tensor([2, 1], [1, 3]))
            try journal.begin(answers: Tensor([2, 1], [2, 2]))
            try journal.append(Self.contents[0].1, to: Self.contents[0].0)
            #expect(throws: CommandFailure.self) { try journal.begin(answers: Tensor([2, 1], [1, 3])) }
        }
        #expect(throws: CommandFailure.self) { _ = try RunJournalFile(in: folder, for: Self.header()) }
        #expect(try RunJournalFile(in: folder, for: other).isResumed)
    }

    /// Certificates come back as attacked samples do.
    @Test func certificatesComeBack() throws {
        let bench = try Workbench()
        let folder = bench.folder.path
        let step = Self.step(3, keepsCandidates: false)
        let chunk = CertificateChunk(
            positions: [4, 1],
            records: [
                CertificateRecord(sample: 104, label: 0, prediction: nil, radius: 1 / 3, remark: "abstained"),
                CertificateRecord(
                    sample: 101,
                    label: 2,
                    prediction: 2,
                    isCertified: true,
                    estimate: .infinity
                ),
            ],
            seconds: 0.25
        )
        do {
            let journal = try RunJournalFile(in: folder, for: Self.header())
            try journal.append(chunk, to: step)
        }
        let journal = try RunJournalFile(in: folder, for: Self.header())
        #expect(journal.certificates(of: step) == [chunk])
        #expect(journal.certificates(of: Self.step(4, keepsCandidates: false)).isEmpty)
        #expect(try journal.chunks(of: step).isEmpty)
        #expect(journal.found.samples == 2 && journal.found.steps == 1)
    }

    @Test func twoRunsDoNotShareAFolder() throws {
        let bench = try Workbench()
        let journal = try RunJournalFile(in: bench.folder.path, for: Self.header())
        do {
            _ = try RunJournalFile(in: bench.folder.path, for: Self.header())
            Issue.record("the first run holds the journal")
        } catch let failure as CommandFailure {
            #expect(failure.status == .cannotWrite)
            #expect(failure.message.contains("another run"))
        }
        #expect(!journal.isResumed)
    }

    @Test func whatIsNoJournalIsLeftAlone() throws {
        let bench = try Workbench()
        _ = try bench.write("my own notes, kept in a file of this name", to: "journal")
        #expect(throws: CommandFailure.self) {
            _ = try RunJournalFile(in: bench.folder.path, for: Self.header())
        }
        let text = try String(contentsOfFile: bench.path("journal"), encoding: .utf8)
        #expect(text.hasPrefix("my own notes"))
    }
}

struct RunConditionsTests {
    @Test func optionsAreComparedWhateverTheirOrder() throws {
        let bench = try Workbench()
        let file = try bench.write("same", to: "one.npz")
        let copy = try bench.write("same", to: "two.npz")
        let first = try RunConditions.options(
            ["m.onnx", "--data", file, "--targeted", "--epsilon", "0.1", "--threads", "3", "--quiet"],
            model: "m.onnx"
        )
        let second = try RunConditions.options(
            ["--epsilon=0.1", "--output", "out", "--targeted", "m.onnx", "--data=\(copy)", "--start-over"],
            model: "m.onnx"
        )
        #expect(first == second)
        #expect(first.contains("--epsilon 0.1") && first.contains("--targeted") && first.contains("m.onnx"))
        #expect(first.contains { $0.hasPrefix("--data sha256:") })
        let other = try bench.write("other", to: "two.npz")
        let third = try RunConditions.options(
            ["m.onnx", "--targeted", "--epsilon", "0.1", "--data", other],
            model: "m.onnx"
        )
        #expect(third != first)
    }
}
