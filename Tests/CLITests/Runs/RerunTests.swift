import BulwarkEvaluation
import BulwarkReports
import Foundation
import Testing

/// Assessments that are made again.
struct RerunTests {
    private func assessed(_ bench: Workbench) throws -> RunFolder {
        let folder = try RunFolder(
            bench,
            "run",
            [
                "assess", try bench.model(), "--data", try bench.points(24), "--epsilon", "0.2", "--suite",
                "autoattack-standard", "--quiet",
            ]
        )
        let outcome = try folder.run()
        #expect(outcome.status == 0, "\(outcome.errors)")
        return folder
    }

    private func rerun(_ folder: RunFolder, _ more: [String] = []) throws -> Bulwark.Outcome {
        try Bulwark.run(["rerun", "out", "--quiet"] + more, in: folder.folder)
    }

    /// Changes a field of a sample's line.
    private func change(_ folder: RunFolder, _ file: String, sample: Int, _ column: String) throws -> String {
        let url = folder.output.appendingPathComponent(file)
        var lines = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\r\n")
        let place = try #require(lines[0].components(separatedBy: ",").firstIndex(of: column))
        let index = try #require(lines.firstIndex { $0.hasPrefix("\(sample),") })
        var fields = lines[index].components(separatedBy: ",")
        fields[place] += "1"
        lines[index] = fields.joined(separator: ",")
        try lines.joined(separator: "\r\n").write(to: url, atomically: true, encoding: .utf8)
        return fields[place]
    }

    @Test func theSameComesOutAgain() throws {
        let bench = try Workbench()
        let folder = try assessed(bench)
        let whole = try rerun(folder)
        #expect(whole.status == 0, "\(whole.output) \(whole.errors)")
        #expect(whole.output.hasPrefix("Identical: "))
        #expect(whole.output.contains("attacks/square.csv") && whole.output.contains("assessment.json"))
        let byFile = try Bulwark.run(["rerun", "out/assessment.json", "--threads", "1"], in: folder.folder)
        #expect(byFile.status == 0, "\(byFile.output)")
    }

    /// Each sample has random numbers of its own: alone it gets what it got among others, also from attacks
    /// that were spared what others had broken.
    @Test func singleSamplesComeOutAsAmongOthers() throws {
        let bench = try Workbench()
        let folder = try assessed(bench)
        let assessment = try folder.assessment
        var attackedAlone = 0
        for attack in assessment.attacks {
            let records = try RecordsCSV.outcomes(
                in: Data(contentsOf: folder.output.appendingPathComponent(attack.records))
            )
            let attacked = records.filter(\.wasAttacked).map(\.sample)
            let spared = records.filter { !$0.wasAttacked }.map(\.sample)
            attackedAlone += attacked.prefix(1).count
            for samples in [attacked.prefix(1), attacked.suffix(2) + spared.prefix(1)] where !samples.isEmpty
            {
                let list = samples.map(String.init).joined(separator: ",")
                let outcome = try rerun(folder, ["--attack", attack.name, "--samples", list])
                #expect(outcome.status == 0, "\(attack.name) \(list): \(outcome.output) \(outcome.errors)")
            }
        }
        #expect(attackedAlone >= 2)
    }

    @Test func aChangedRecordIsFound() throws {
        let bench = try Workbench()
        let folder = try assessed(bench)
        let sample = 7
        let changed = try change(folder, "attacks/apgd-ce.csv", sample: sample, "l2")
        let whole = try rerun(folder)
        #expect(whole.status == 1, "\(whole.errors)")
        #expect(whole.output.contains("attacks/apgd-ce.csv, sample \(sample), l2: \(changed) then"))
        let part = try rerun(folder, ["--attack", "apgd-ce", "--samples", "\(sample)"])
        #expect(part.status == 1)
        // Other samples and other attacks are as they were.
        #expect(try rerun(folder, ["--attack", "apgd-ce", "--samples", "8,9"]).status == 0)
        #expect(try rerun(folder, ["--attack", "square"]).status == 0)
        let json = try rerun(folder, ["--attack", "apgd-ce", "--json"])
        #expect(json.status == 1)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
        )
        #expect(object["identical"] as? Bool == false)
        let differences = try #require(object["differences"] as? [[String: String]])
        #expect(differences.count == 1)
        #expect(differences[0]["field"] == "l2" && differences[0]["sample"] == "\(sample)")
    }

    /// A number that the records do not bear out, and a line that ends otherwise, are found as well.
    @Test func aChangedNumberAndAChangedLineBreakAreFound() throws {
        let bench = try Workbench()
        let folder = try assessed(bench)
        let url = folder.output.appendingPathComponent("assessment.json")
        let text = try String(contentsOf: url, encoding: .utf8)
        let breaches = try folder.assessment.vulnerability.breaches
        try text.replacing("\"breaches\" : \(breaches)", with: "\"breaches\" : \(breaches + 1)")
            .write(to: url, atomically: true, encoding: .utf8)
        let outcome = try rerun(folder)
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("vulnerability.breaches: \(breaches + 1) then, \(breaches) now"))
        try text.write(to: url, atomically: true, encoding: .utf8)
        let records = folder.output.appendingPathComponent("attacks/square.csv")
        let lines = try String(contentsOf: records, encoding: .utf8)
        try lines.replacing("\r\n", with: "\n", maxReplacements: 1)
            .write(to: records, atomically: true, encoding: .utf8)
        let other = try rerun(folder)
        #expect(other.status == 1)
        #expect(other.output.contains("attacks/square.csv, bytes"))
    }

    @Test func otherFilesAreRefused() throws {
        let bench = try Workbench()
        let folder = try assessed(bench)
        let other = try bench.points(24, named: "other.npz", seed: 2)
        let data = try rerun(folder, ["--data", other])
        #expect(data.status == 65)
        #expect(data.errors.contains("other.npz") && data.errors.contains("digest"))
        try FileManager.default.moveItem(atPath: bench.path("points.npz"), toPath: bench.path("moved.npz"))
        let lost = try rerun(folder)
        #expect(lost.status == 66)
        #expect(lost.errors.contains("--data"))
        let moved = try rerun(folder, ["--data", bench.path("moved.npz"), "--attack", "apgd-ce"])
        #expect(moved.status == 0, "\(moved.output) \(moved.errors)")
        let unknown = try rerun(folder, ["--data", bench.path("moved.npz"), "--attack", "magic"])
        #expect(unknown.status == 64)
        let absent = try rerun(folder, ["--data", bench.path("moved.npz"), "--samples", "9999"])
        #expect(absent.status == 64)
        #expect(absent.errors.contains("9999"))
        #expect(try Bulwark.run(["rerun", bench.path("nowhere")]).status == 66)
    }
}
