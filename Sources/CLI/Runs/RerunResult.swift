import BulwarkEvaluation
import BulwarkReports
import Foundation

/// What a rerun found: nothing, or where the records of then and now differ.
struct RerunResult: Encodable {
    /// One difference.
    struct Difference: Encodable {
        /// The file in the assessment's folder.
        let file: String
        /// The sample, by its number in the data file; nil if the difference is not of one sample.
        let sample: String?
        /// What differs: a column of the file, or the path of a field.
        let field: String
        /// What the file holds.
        let then: String
        /// What came out now.
        let now: String
    }

    /// How many samples were looked at.
    var samples = 0
    /// The files that were compared.
    private(set) var files: [String] = []
    /// Where they differ.
    private(set) var differences: [Difference] = []

    private static let maximumShown = 20
    /// The column that is never the same.
    private static let time = "seconds"

    /// Whether every byte that was compared is the same.
    var isIdentical: Bool { differences.isEmpty }

    private enum CodingKeys: String, CodingKey {
        case isIdentical = "identical", samples, files, differences
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isIdentical, forKey: .isIdentical)
        try container.encode(samples, forKey: .samples)
        try container.encode(files, forKey: .files)
        try container.encode(differences, forKey: .differences)
    }

    /// Compares a file of records.
    ///
    /// - Parameters:
    ///   - file: Its name.
    ///   - then: What it holds.
    ///   - now: What came out.
    ///   - samples: The samples that came out, if these are not all: only their lines are compared.
    /// - Throws: `CommandFailure` if the file is not one of records.
    mutating func compare(_ file: String, _ then: Data, _ now: Data, samples: Set<String>? = nil) throws {
        files.append(file)
        if samples == nil, then == now { return }
        let (before, after) = (try Self.table(then, file), try Self.table(now, file))
        let count = differences.count
        if before.header != after.header {
            note(
                file,
                nil,
                "columns",
                before.header.joined(separator: ","),
                after.header.joined(separator: ",")
            )
            return
        }
        let old = Dictionary(before.rows.map { ($0.first ?? "", $0) }) { $1 }
        for row in after.rows {
            let sample = row.first ?? ""
            guard let then = old[sample] else {
                note(file, sample, "record", "", "there")
                continue
            }
            for (place, name) in after.header.enumerated() where name != Self.time {
                let (one, other) = (then.at(place), row.at(place))
                if one != other { note(file, sample, name, one, other) }
            }
        }
        guard samples == nil else { return }
        let new = Set(after.rows.map { $0.first ?? "" })
        for row in before.rows where !new.contains(row.first ?? "") {
            note(file, row.first, "record", "there", "")
        }
        // How long something took is no result.
        if after.header.contains(Self.time) { return }
        // Fields may be the same and yet written or ordered otherwise.
        if differences.count == count { note(file, nil, "bytes", "\(then.count)", "\(now.count)") }
    }

    /// Compares the numbers of an assessment, but for times and for where files are.
    mutating func compare(_ then: Assessment, _ now: Assessment) {
        let file = "assessment.json"
        files.append(file)
        let fields = (Self.fields(of: then), Self.fields(of: now))
        for name in Set(fields.0.keys).union(fields.1.keys).sorted() {
            let (one, other) = (fields.0[name], fields.1[name])
            if one != other { note(file, nil, name, one ?? "", other ?? "") }
        }
    }

    /// What to tell a person.
    var text: String {
        let names = files.joined(separator: ", ")
        guard !isIdentical else { return "Identical: \(names) (\(samples) samples)." }
        let shown = differences.prefix(Self.maximumShown).map { difference in
            let place = [difference.file, difference.sample.map { "sample \($0)" }, difference.field]
                .compactMap(\.self).joined(separator: ", ")
            return "  \(place): \(Self.quoted(difference.then)) then, \(Self.quoted(difference.now)) now\n"
        }
        let more = differences.count - shown.count
        return "Different: \(differences.count) of what was compared (\(names); \(samples) samples).\n"
            + shown.joined() + (more > 0 ? "  … and \(more) more; --json lists all\n" : "")
    }

    private mutating func note(
        _ file: String,
        _ sample: String?,
        _ field: String,
        _ then: String,
        _ now: String
    ) {
        differences.append(Difference(file: file, sample: sample, field: field, then: then, now: now))
    }

    private static func quoted(_ text: String) -> String {
        text.isEmpty ? "nothing" : String(text.prefix(80))
    }

    private static func table(_ data: Data, _ file: String) throws -> (header: [String], rows: [[String]]) {
        do {
            let rows = try RecordsCSV.rows(in: data)
            return (rows.first ?? [], Array(rows.dropFirst()))
        } catch {
            throw CommandFailure(.badInput, "\(file): \(error)")
        }
    }

    /// Every field of an assessment that a rerun has to give again, by its path.
    private static func fields(of assessment: Assessment) -> [String: String] {
        guard let data = try? AssessmentJSON.encode(assessment),
            let object = try? JSONSerialization.jsonObject(with: data)
        else { return [:] }
        var fields: [String: String] = [:]
        func walk(_ value: Any, _ path: [String]) {
            if let last = path.last, last.hasPrefix("seconds") { return }
            if [["tool"], ["model", "path"], ["model", "endpoint"], ["data", "path"]].contains(path) {
                return
            }
            switch value {
            case let object as [String: Any]: for (key, value) in object { walk(value, path + [key]) }
            case let list as [Any]:
                for (index, value) in list.enumerated() { walk(value, path + ["\(index)"]) }
            default: fields[path.joined(separator: ".")] = "\(value)"
            }
        }
        walk(object, [])
        return fields
    }
}

extension [String] {
    /// The element, or nothing where a line is too short.
    fileprivate func at(_ index: Int) -> String { index < count ? self[index] : "" }
}
