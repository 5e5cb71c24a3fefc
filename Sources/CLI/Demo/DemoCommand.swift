import ArgumentParser
import Foundation

/// `bulwark demo`: the whole path on built-in data, from keys to a release that somebody else checks.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Train, assess, harden and release a small network on built-in handwritten digits.",
        discussion: """
            Runs the commands that a user would, each shown with its arguments, in a folder of their own. A network is \
            trained, signed, scanned and attacked; the gate refuses it; it is hardened and passes; somebody who has \
            only the public keys checks all of it; and one flipped byte is noticed. The keys of the demo have no \
            passphrase.
            """
    )

    @Option(
        help: "The folder to write into, which must not exist yet. (default: bulwark-demo, with a number)"
    )
    var output: String?

    @OptionGroup var engine: EngineOptions
    @OptionGroup var common: CommonOptions

    /// What `--json` prints.
    private struct Result: Encodable {
        let folder: String
        let steps: [DemoRunner.Record]
    }

    func run() throws {
        let folder = try freeFolder()
        try DemoFiles.write(to: folder)
        let script = DemoScript(
            seed: common.seed,
            threads: engine.threads,
            backend: engine.backend.rawValue,
            isQuiet: common.quiet
        )
        let runner = DemoRunner(folder: folder, printsJSON: common.json)
        var records: [DemoRunner.Record] = []
        for chapter in script.chapters {
            runner.announce(chapter.title)
            for step in chapter.steps { records.append(try runner.run(step)) }
        }
        if common.json {
            try StandardOutput.write(json: Result(folder: folder, steps: records))
        } else {
            print(DemoScript.farewell(folder))
        }
    }

    /// The folder to write into: the one that was named, or the first that is not there.
    private func freeFolder() throws -> String {
        let exists = FileManager.default.fileExists(atPath:)
        if let output {
            guard !exists(output) else {
                throw CommandFailure(
                    .cannotWrite,
                    "\(output): exists, and may hold keys and evidence",
                    hint: "name a folder that does not exist"
                )
            }
            return output
        }
        let names = ["bulwark-demo"] + (2...1000).map { "bulwark-demo-\($0)" }
        guard let free = names.first(where: { !exists($0) }) else {
            throw CommandFailure(.cannotWrite, "there are a thousand demos here: remove some")
        }
        return free
    }
}
