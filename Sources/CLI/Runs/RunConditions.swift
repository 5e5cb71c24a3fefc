import BulwarkEvaluation
import BulwarkModels
import BulwarkProvenance
import BulwarkTensors
import Foundation

/// Everything that the results of an assessment depend on, in a form that can be kept and compared.
package struct RunConditions: Codable, Equatable, Sendable {
    /// The version of the program.
    package var version: String
    /// What computes, with the version of its library.
    package var backend: String
    /// Operating system and kind of processor.
    package var platform: String
    /// The processor, whose instruction sets decide on the last bits of results; empty if it is not known.
    package var processor: String
    /// The SHA-256 digest of the assessed samples, their labels and places, and the reference samples.
    package var samples: String
    /// The options as typed, one a string, without those that results do not depend on; what names a file is
    /// followed by the file's digest.
    package var options: [String]

    /// All parts.
    package init(
        version: String,
        backend: String,
        platform: String,
        processor: String,
        samples: String,
        options: [String]
    ) {
        (self.version, self.backend, self.platform) = (version, backend, platform)
        (self.processor, self.samples, self.options) = (processor, samples, options)
    }

    /// What differs from other conditions, in words; empty if nothing does.
    ///
    /// - Parameter other: What this is compared with, and is spoken of as "now".
    /// - Returns: A phrase for each difference.
    func differences(from other: RunConditions) -> [String] {
        var texts: [String] = []
        func compare(_ name: String, _ key: KeyPath<RunConditions, String>) {
            guard self[keyPath: key] != other[keyPath: key] else { return }
            texts.append("\(name): \(self[keyPath: key]) then, \(other[keyPath: key]) now")
        }
        compare("version", \.version)
        compare("backend", \.backend)
        compare("platform", \.platform)
        compare("processor", \.processor)
        let (gone, new) = (Self.lacking(options, in: other.options), Self.lacking(other.options, in: options))
        if !gone.isEmpty { texts.append("then, and not now: \(gone.joined(separator: " "))") }
        if !new.isEmpty { texts.append("now, and not then: \(new.joined(separator: " "))") }
        if options != other.options, gone.isEmpty, new.isEmpty {
            texts.append("the order of an option that is repeated")
        }
        if samples != other.samples, texts.isEmpty { texts.append("the samples that are assessed") }
        return texts
    }

    /// The elements that another list has fewer of.
    private static func lacking(_ list: [String], in other: [String]) -> [String] {
        var left = other
        return list.filter { element in
            guard let index = left.firstIndex(of: element) else { return true }
            left.remove(at: index)
            return false
        }
    }
}

extension RunConditions {
    /// The options that change nothing but how, where and with whose patience results are made, and whether
    /// they take a value.
    private static let free: [String: Bool] = [
        "--threads": true, "--output": true, "--quiet": false, "--json": false, "--start-over": false,
        "--query-budget": true, "--batch-size": true, "--concurrency": true, "--requests-per-second": true,
        "--samples-per-second": true, "--timeout": true, "--retries": true, "--maximum-wait": true,
        "--header-from-environment": true, "--header-from-file": true, "--headers-in-clear": false,
        "--keep-connections": false, "--evidence": true, "--evidence-key": true, "--passphrase-file": true,
    ]

    /// The options of a command line, sorted by name; of an option that is repeated in the order typed.
    ///
    /// - Parameters:
    ///   - arguments: What was typed after `bulwark assess`.
    ///   - model: The model among them, which may stand behind a flag without being its value.
    /// - Returns: Options with their values, as in `--epsilon 0.1`; files as digests.
    /// - Throws: `CommandFailure` if a file that is named cannot be read.
    package static func options(_ arguments: [String], model: String) throws -> [String] {
        var options: [(name: String, text: String)] = []
        var index = 0
        while index < arguments.count {
            let (name, attached) = split(arguments[index])
            index += 1
            if let takesValue = free[name] {
                if takesValue && attached == nil { index += 1 }
                continue
            }
            guard name.hasPrefix("--") else {
                options.append(("", try digested(name)))
                continue
            }
            var value = attached
            // What follows an option, and is none itself, is its value.
            if value == nil, index < arguments.count, !arguments[index].hasPrefix("--"),
                arguments[index] != model
            {
                value = arguments[index]
                index += 1
            }
            let words = try [name] + [value].compactMap(\.self).map(digested)
            options.append((name, words.joined(separator: " ")))
        }
        return options.enumerated().sorted {
            ($0.element.name, $0.offset) < ($1.element.name, $1.offset)
        }.map(\.element.text)
    }

    /// A name and what is attached to it, as in `--seed=1`.
    private static func split(_ argument: String) -> (String, String?) {
        guard argument.hasPrefix("--"), let sign = argument.firstIndex(of: "=") else {
            return (argument, nil)
        }
        return (String(argument[..<sign]), String(argument[argument.index(after: sign)...]))
    }

    /// The value, or the digest of the file that it names.
    private static func digested(_ value: String) throws -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: value, isDirectory: &isFolder), !isFolder.boolValue
        else { return value }
        return "sha256:" + (try FileDigest.sha256(ofFile: value))
    }

    /// The digest of samples, in hexadecimal.
    ///
    /// - Throws: `DataSetError` if a part of them is too long for an archive.
    static func digest(of samples: AssessmentSamples) throws -> String {
        var running = RunningDigest()
        var header = NPZWriter()
        try header.add(samples.labels, named: "labels")
        try header.add(samples.indices, named: "indices")
        running.update(header.archive())
        for tensor in [samples.inputs] + [samples.reference].compactMap(\.self) {
            // Piece by piece, so that data are not held twice.
            for start in stride(from: 0, to: tensor.rowCount, by: 64) {
                var piece = NPZWriter()
                try piece.add(tensor.rows(start..<min(start + 64, tensor.rowCount)), named: "rows")
                running.update(piece.archive())
            }
        }
        return running.digest().hexadecimal
    }

    /// The name of the processor where the system tells it.
    static var processor: String {
        guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return "" }
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    }
}
