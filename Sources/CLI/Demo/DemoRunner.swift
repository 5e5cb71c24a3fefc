import Foundation

/// Runs the steps of the demo, each command as a process of its own, as a user would.
struct DemoRunner {
    let folder: String
    let printsJSON: Bool

    /// What a step came to.
    struct Record: Encodable {
        /// What was run, or done.
        let step: [String]
        let folder: String
        let status: Int32
        /// The verdict that a command came to, if that is what it is for.
        let verdict: String?
    }

    /// Says what comes.
    func announce(_ title: String) {
        if !printsJSON { show("\n== \(title)\n\n") }
    }

    /// Does a step.
    ///
    /// - Throws: `CommandFailure` if a command ends otherwise than the script says.
    func run(_ step: DemoScript.Step) throws -> Record {
        switch step {
        case .command(let arguments, let place, let status, _):
            return try command(
                step.arguments(printingJSON: printsJSON) ?? arguments,
                in: place,
                status: status
            )
        case .copy(let files, let target):
            say(["cp", "-r"] + files + [target])
            for file in files { try copy(file, to: target) }
            return Record(step: ["copy"] + files, folder: target, status: 0, verdict: nil)
        case .flip(let file, let byte):
            say(["#", "bit 0 of byte \(byte) of \(file) is flipped"])
            let url = url(file)
            var bytes = try Data(contentsOf: url)
            bytes[byte] ^= 1
            try bytes.write(to: url)
            return Record(step: ["flip", file, "\(byte)"], folder: ".", status: 0, verdict: nil)
        }
    }

    private func command(_ arguments: [String], in place: String, status: Int32) throws -> Record {
        say(["bulwark"] + arguments, in: place)
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = arguments
        process.currentDirectoryURL = url(place)
        let output = Pipe()
        if printsJSON { process.standardOutput = output }
        try process.run()
        let printed = printsJSON ? try output.fileHandleForReading.readToEnd() ?? Data() : Data()
        process.waitUntilExit()
        guard process.terminationStatus == status else {
            throw CommandFailure(
                ExitStatus(rawValue: process.terminationStatus).flatMap { $0 == .done ? nil : $0 } ?? .bug,
                "the demo expected exit code \(status) of 'bulwark \(arguments.joined(separator: " "))', "
                    + "and it was \(process.terminationStatus)"
            )
        }
        if status != 0, !printsJSON { show("(exit code \(status), as it should be)\n") }
        return Record(
            step: ["bulwark"] + arguments,
            folder: place,
            status: status,
            verdict: Self.verdict(in: printed)
        )
    }

    private static func verdict(in printed: Data) -> String? {
        let result = try? JSONSerialization.jsonObject(with: printed) as? [String: Any]
        return result?["verdict"] as? String
    }

    private func copy(_ file: String, to target: String) throws {
        let destination = url(target + "/" + file)
        try FileManager.default.createDirectory(
            at: destination.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try FileManager.default.copyItem(at: url(file), to: destination)
    }

    private func url(_ file: String) -> URL { URL(fileURLWithPath: folder).appendingPathComponent(file) }

    /// Shows what is done in a form that can be typed.
    private func say(_ words: [String], in place: String = ".") {
        guard !printsJSON else { return }
        let quoted = words.map { $0.contains(" ") && words[0] != "#" ? "\"\($0)\"" : $0 }
        show("\(place == "." ? "" : place)$ \(quoted.joined(separator: " "))\n")
    }

    /// Writes at once: what commands print comes between.
    private func show(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    /// This program.
    private static let executable =
        Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
}
