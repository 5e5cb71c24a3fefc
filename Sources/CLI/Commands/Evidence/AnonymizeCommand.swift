import ArgumentParser
import BulwarkAnonymity
import BulwarkProvenance
import BulwarkReports
import Foundation

extension DataCommand {
    /// `bulwark data anonymize`.
    struct Anonymize: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "anonymize",
            abstract: "Make of a table one in which nobody is told apart.",
            discussion: """
                Reads a CSV file and rules that give each of its columns a role: identifiers are dropped or become \
                pseudonyms, quasi-identifiers less precise, and personal information is taken out of texts. Of all \
                ways to generalise, that is taken which loses least and reaches k-anonymity, l-diversity and \
                t-closeness as the rules ask for. A table that does not is not written: exit code 65.
                """
        )

        @Argument(help: "The table, as CSV in UTF-8 with a header.")
        var input: String

        @Option(help: "The rules, as JSON.")
        var rules: String

        @Option(help: "The file of the table that may be released.")
        var output: String

        @Option(help: "The key of pseudonyms, as made by 'bulwark data pseudonym-key'.")
        var key: String?

        @Option(
            help: """
                Everybody who could be in the table, as CSV with the same quasi-identifiers, to tell the risk \
                against who does not know who is in it.
                """
        )
        var population: String?

        @Flag(
            help: """
                Put an apostrophe before cells that begin with =, +, -, @, a tabulator or a carriage return, \
                for whoever opens the table in a spreadsheet.
                """
        )
        var guardFormulas = false

        @Flag(help: "Print the result as JSON on standard output.")
        var json = false

        func run() throws {
            try OutputWriter.requireWritable(output)
            for path in [input, rules, key, population].compactMap(\.self) where Self.isSame(path, output) {
                throw CommandFailure(.usage, "\(output): the table would take the place of what is read")
            }
            let rules = try judging(rules) {
                try AnonymizationRules(
                    json: LimitedFile.read(self.rules, maximumBytes: AnonymizationRules.maximumBytes)
                )
            }
            let key = try key.map { path in
                try judging(path) { try PseudonymKey(text: KeyFile.readPrivate(path)) }
            }
            let table = try Self.table(input)
            let people = try population.map(Self.table)
            let release = try release(table, Anonymizer(rules, digest: key?.digest), people)
            let released = guardFormulas ? release.table.withoutFormulas : release.table
            try OutputWriter.write(released.csv, to: output)
            if json { return try StandardOutput.write(json: release.report) }
            for line in release.report.lines { try StandardOutput.write(line) }
            try StandardOutput.write("written: \(output)")
        }

        /// The release; what is wrong with a file is said of that file.
        private func release(
            _ table: TextTable,
            _ anonymizer: Anonymizer,
            _ people: TextTable?
        ) throws -> Anonymizer.Release {
            do throws(AnonymityError) {
                return try anonymizer.release(table, population: people)
            } catch .ofPopulation(let fault) {
                return try judging(population ?? input) { throw fault }
            } catch {
                return try judging(input) { throw error }
            }
        }

        private static func table(_ path: String) throws -> TextTable {
            try judging(path) {
                let limits = TableLimits()
                return try TextTable(
                    csv: LimitedFile.read(path, maximumBytes: limits.maximumBytes),
                    limits: limits
                )
            }
        }

        private static func isSame(_ left: String, _ right: String) -> Bool {
            func place(_ path: String) -> String {
                URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
            }
            return place(left) == place(right)
        }
    }

    /// `bulwark data pseudonym-key`.
    struct NewPseudonymKey: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pseudonym-key",
            abstract: "Make a key of pseudonyms.",
            discussion: """
                Who has the key can find out whom a pseudonym stands for. Keep it apart from the tables, and destroy it \
                when rows are never to be joined again.
                """
        )

        @Option(help: "The file of the key, which only its owner may read; files are never replaced.")
        var output: String

        func run() throws {
            do {
                try KeyFile.writePrivate(PseudonymKey().text, to: output)
            } catch {
                // A file that cannot be written has another exit code than one that cannot be read.
                throw CommandFailure(.cannotWrite, "\(error)")
            }
            try StandardOutput.write("key of pseudonyms: \(output)")
        }
    }
}

extension AnonymizationReport {
    /// The report for a reader.
    fileprivate var lines: [String] {
        var lines = ["rows: \(rows), of which \(suppressedRows) were left out"]
        for column in columns {
            var line = "  \(column.name.printable): \(column.role), \(column.treatment)"
            if let level = column.level, let highest = column.highestLevel {
                line += " to level \(level) of \(highest)"
            }
            if let found = column.found {
                let counts = found.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                line += "; found: \(counts.isEmpty ? "nothing" : counts.joined(separator: ", "))"
            }
            lines.append(line)
        }
        return lines + (privacy?.lines ?? []) + (risk?.lines ?? [])
    }
}

extension AnonymizationReport.Privacy {
    fileprivate var lines: [String] {
        let average = NumberText.fixed(averageClass, decimals: 1)
        return [
            "k: \(k) (asked for: \(requiredK)); classes have \(k) to \(largestClass) rows, \(average) on average"
        ]
            + requirements.map { "\($0.required): \($0.reached.map { "\($0)" } ?? "not finite") reached" }
            + ["lost (\(metric)): \(informationLoss); \(visitedNodes) of \(nodes) combinations looked at"]
    }
}

extension AnonymizationReport.Risk {
    fileprivate var lines: [String] {
        func line(_ what: String, _ risk: ReidentificationRisk) -> String {
            "risk \(what): \(Self.share(risk.prosecutorMaximum)) at most, "
                + "\(Self.share(risk.prosecutorAverage)) on average (\(risk.rows) rows, \(risk.classes) classes, "
                + "\(risk.uniqueRows) rows unique)"
        }
        var lines = [line("before", before), line("after", after)]
        if let population {
            lines.append(
                "risk against a population of \(population.populationRows): "
                    + "\(Self.share(population.journalistMaximum)) at most, "
                    + "\(Self.share(population.marketerAverage)) on average"
            )
        }
        return lines
    }

    private static func share(_ value: Double?) -> String {
        value.map { NumberText.distance($0) } ?? "unknown"
    }
}
