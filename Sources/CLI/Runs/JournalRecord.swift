import BulwarkEvaluation
import BulwarkModels
import BulwarkTensors
import Foundation

/// What a journal begins with: which run it belongs to.
package struct JournalHeader: Codable, Equatable {
    /// The name of the format.
    package static let schemaName = "bulwark.journal/1"

    /// Always `schemaName`.
    package var schema = schemaName
    /// What the results of the run depend on.
    package var conditions: RunConditions
    /// The arguments of the run that began it, as typed.
    package var command: [String]

    /// The header of a journal that is begun now.
    package init(conditions: RunConditions, command: [String]) {
        (self.conditions, self.command) = (conditions, command)
    }
}

/// What follows the header: notes about the run, in the order in which they were made.
enum JournalNote {
    /// The digest of what the model answered without an attack.
    case answers(String)
    /// A chunk of a step.
    case chunk(RunChunk, RunStep)
    /// Certificates of a step.
    case certificates(CertificateChunk, RunStep)
}

/// The bytes of a record: a line of JSON, and then, where there are candidates, an archive of them.
enum JournalRecord {
    private struct Line: Codable {
        var answers: String?
        var step: RunStep?
        var certificates: CertificateChunk?
        var positions: [Int]?
        var records: [SampleRecord]?
        var seconds: Double?
    }

    private static let candidatesName = "candidates"

    static func encode(_ header: JournalHeader) throws -> Data { try line(header) }

    static func encode(_ note: JournalNote) throws -> Data {
        switch note {
        case .answers(let digest): return try line(Line(answers: digest))
        case .certificates(let chunk, let step): return try line(Line(step: step, certificates: chunk))
        case .chunk(let chunk, let step):
            var data = try line(
                Line(
                    step: step,
                    positions: chunk.positions,
                    records: chunk.records,
                    seconds: chunk.seconds
                )
            )
            if let candidates = chunk.candidates {
                var archive = NPZWriter()
                try archive.add(candidates, named: candidatesName)
                data.append(archive.archive())
            }
            return data
        }
    }

    /// - Throws: If the bytes are no header.
    static func header(_ data: Data) throws -> JournalHeader {
        try decoder.decode(JournalHeader.self, from: parts(of: data).line)
    }

    /// - Throws: If the bytes are no note.
    static func note(_ data: Data) throws -> JournalNote {
        let (text, rest) = parts(of: data)
        let line = try decoder.decode(Line.self, from: text)
        if let answers = line.answers { return .answers(answers) }
        if let step = line.step, let chunk = line.certificates { return .certificates(chunk, step) }
        guard let step = line.step, let positions = line.positions, let records = line.records,
            let seconds = line.seconds, positions.count == records.count
        else { throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no note")) }
        let candidates =
            rest.isEmpty ? nil : try NPZReader(Data(rest)).tensor(named: candidatesName)
        guard (candidates?.rowCount ?? positions.count) == positions.count else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "candidates are missing")
            )
        }
        let chunk = RunChunk(
            positions: positions,
            records: records,
            candidates: candidates,
            seconds: seconds
        )
        return .chunk(chunk, step)
    }

    /// The digest of what a model answers.
    static func digest(of answers: Tensor) throws -> String {
        var archive = NPZWriter()
        try archive.add(answers, named: "answers")
        return FileDigest.sha256(of: archive.archive())
    }

    private static func parts(of data: Data) -> (line: Data, rest: Data) {
        let end = data.firstIndex(of: UInt8(ascii: "\n")) ?? data.endIndex
        return (data[..<end], data[min(end + 1, data.endIndex)...])
    }

    private static func line(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return try encoder.encode(value) + Data("\n".utf8)
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return decoder
    }
}
