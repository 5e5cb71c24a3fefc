import BulwarkEvaluation
import BulwarkReports
import Foundation
import Testing

/// Runs that are killed or interrupted, and go on.
///
/// The model is a served one that can be held at any of its questions, so that signals come when they are meant to.
struct ResumeTests {
    /// A served model that can be held, and what a run that nobody interrupts writes.
    private struct Scene {
        let gate = Gate()
        let served: ServedModel
        let whole: RunFolder
        /// How often the whole run asks the model.
        let questions: Int

        init() throws {
            let gate = gate
            served = try ServedModel { _, _ in
                gate.pass()
                return nil
            }
            whole = try RunFolder(served.bench, "whole", Self.arguments(served))
            let outcome = try whole.run()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(!whole.hasJournal)
            questions = served.server.requests.count { $0.method == "POST" }
            #expect(questions > 40)
        }

        static func arguments(_ served: ServedModel) -> [String] {
            let attacks = ["noise", "square", "genattack", "hop-skip-jump"].flatMap { ["--attack", $0] }
            return ["assess", served.server.address, "--data", served.data, "--timeout", "600"] + [
                "--epsilon", "0.2", "--preset", "fast", "--queries-per-sample", "20",
            ] + attacks
        }

        func folder(_ name: String, _ more: [String] = []) throws -> RunFolder {
            try RunFolder(served.bench, name, Self.arguments(served) + more)
        }
    }

    /// Killed again and again, at any moment, it comes to the same bytes.
    @Test func aKilledRunGoesOnToTheSameBytes() throws {
        let scene = try Scene()
        let killed = try scene.folder("killed")
        for share in [3, 20, 5, 10, 4] {
            let outcome = try killed.run(until: scene.questions / share, of: scene.gate, signal: SIGKILL)
            #expect(outcome.status == SIGKILL)
            #expect(
                !FileManager.default.fileExists(
                    atPath: killed.output.appendingPathComponent("report.html").path
                )
            )
        }
        #expect(killed.hasJournal)
        let outcome = try killed.run()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!killed.hasJournal)
        let (mine, theirs) = (try killed.contents, try scene.whole.contents)
        #expect(mine.keys.sorted() == theirs.keys.sorted())
        for (name, text) in theirs { #expect(mine[name] == text, "\(name)") }
    }

    /// The last record cut off, as by a crash of the system, costs that record and nothing else.
    @Test func aTornJournalIsGoneOnWith() throws {
        let scene = try Scene()
        let torn = try scene.folder("torn")
        _ = try torn.run(until: scene.questions / 2, of: scene.gate, signal: SIGKILL)
        let bytes = try Data(contentsOf: torn.journal)
        try bytes.dropLast(11).write(to: torn.journal)
        let outcome = try torn.run()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("are not whole and are dropped"))
        #expect(try torn.contents == scene.whole.contents)
    }

    @Test(arguments: [SIGINT, SIGTERM]) func anInterruptedRunWritesWhatItHas(signal: Int32) throws {
        let scene = try Scene()
        let stopped = try scene.folder("stopped")
        let outcome = try stopped.run(until: scene.questions / 2, of: scene.gate, signal: signal)
        #expect(outcome.status == 130, "\(outcome.errors)")
        #expect(outcome.errors.contains("repeat the command to go on"))
        #expect(outcome.output.contains("partial run"))
        let assessment = try stopped.assessment
        let partial = try #require(assessment.partial)
        #expect(partial.cause == "interrupted")
        #expect(assessment.verdict != .robust)
        for attack in assessment.attacks {
            let records = try RecordsCSV.outcomes(
                in: Data(contentsOf: stopped.output.appendingPathComponent(attack.records))
            )
            #expect(records.count == 24)
            let done = try #require(partial.attacks.first { $0.name == attack.name }).done
            #expect(records.count(where: \.wasAttacked) == done)
        }
        let page = try String(
            contentsOf: stopped.output.appendingPathComponent("report.html"),
            encoding: .utf8
        )
        #expect(page.contains("partial run"))
        // To compare it with another is to be told what it is.
        let compared = try Bulwark.run(["compare", stopped.output.path, scene.whole.output.path])
        #expect(compared.status == 0, "\(compared.errors)")
        #expect(compared.output.contains("ended early"))
        // What it has can be made again.
        let again = try Bulwark.run(["rerun", "out", "--quiet"], in: stopped.folder)
        #expect(again.status == 0, "\(again.output) \(again.errors)")

        #expect(stopped.hasJournal)
        let resumed = try stopped.run()
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try stopped.contents == scene.whole.contents)
        #expect(!stopped.hasJournal)
    }

    /// Of a model in a file, on several threads, and whenever the signal comes.
    @Test func anInterruptedRunOfAFileGoesOnToTheSameBytes() throws {
        let bench = try Workbench()
        let command = [
            "assess", try bench.model(), "--data", try bench.points(300), "--epsilon", "0.2", "--preset",
            "fast",
            "--threads", "2", "--attack", "apgd-ce", "--attack", "fab", "--attack", "genattack", "--quiet",
        ]
        let whole = try RunFolder(bench, "whole", command)
        #expect(try whole.run().status == 0)
        let stopped = try RunFolder(bench, "stopped", command)
        var goal = 1
        for _ in 0..<20 {
            let running = try Bulwark.start(stopped.command, in: stopped.folder)
            while running.process.isRunning, stopped.journalSize < goal { usleep(200) }
            kill(running.process.processIdentifier, SIGINT)
            let outcome = try Bulwark.outcome(of: running)
            if outcome.status == 0 { break }
            #expect(outcome.status == 130, "\(outcome.errors)")
            goal = stopped.journalSize + 20_000
        }
        if stopped.hasJournal || !FileManager.default.fileExists(atPath: stopped.output.path) {
            #expect(try stopped.run().status == 0)
        }
        #expect(try stopped.contents == whole.contents)
    }

    @Test func whatIsFoundInTheFolderIsSaid() throws {
        let scene = try Scene()
        let folder = try scene.folder("folder")
        _ = try folder.run(until: scene.questions / 2, of: scene.gate, signal: SIGKILL)
        let resumed = try folder.run()
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(resumed.errors.contains("going on with the run in out/journal"))
        #expect(resumed.errors.contains("[1/4] noise: "))
        #expect(resumed.errors.contains("[4/4] hop-skip-jump: "))
        // The command is that of the run that began.
        #expect(try folder.assessment.tool.command.contains("genattack"))
    }

    @Test func anotherRunDoesNotGoOnWithIt() throws {
        let scene = try Scene()
        let folder = try scene.folder("folder")
        _ = try folder.run(until: scene.questions / 2, of: scene.gate, signal: SIGKILL)
        let size = folder.journalSize
        let other = try scene.folder("folder", ["--seed", "7"])
        let refused = try other.run()
        #expect(refused.status == 65)
        #expect(refused.errors.contains("--seed 7") && refused.errors.contains("--start-over"))
        #expect(folder.journalSize == size)
        // Of an option that is given twice the last one counts.
        let twice = try scene.folder("folder", ["--seed", "7", "--seed", "0"])
        #expect(try twice.run().status == 65)
        // Other data under the same name are other data.
        _ = try scene.served.bench.points(23)
        let changed = try folder.run()
        #expect(changed.status == 65, "\(changed.errors)")
        _ = try scene.served.bench.points(24)
        let anew = try other.run(["--start-over"])
        #expect(anew.status == 0, "\(anew.errors)")
        #expect(try other.assessment.seed == 7)
        #expect(!folder.hasJournal)
    }

    /// Two runs in one folder: the second is turned away, and the first loses nothing.
    @Test func aFolderBelongsToOneRunAtATime() throws {
        let scene = try Scene()
        let folder = try scene.folder("folder")
        scene.gate.hold(after: scene.questions / 2)
        let running = try Bulwark.start(folder.command, in: folder.folder)
        try scene.gate.wait()
        let second = try folder.run()
        #expect(second.status == 73)
        #expect(second.errors.contains("another run is writing into this folder"))
        let over = try folder.run(["--start-over"])
        #expect(over.status == 73)
        scene.gate.release()
        #expect(try Bulwark.outcome(of: running).status == 0)
        #expect(try folder.contents == scene.whole.contents)
    }

    @Test func withoutAFolderAnInterruptionStillTellsWhatThereIs() throws {
        let scene = try Scene()
        let command = Scene.arguments(scene.served)
        scene.gate.hold(after: scene.questions / 2)
        let running = try Bulwark.start(command)
        try scene.gate.wait()
        kill(running.process.processIdentifier, SIGINT)
        while running.process.isRunning,
            !String(decoding: (try? Data(contentsOf: running.errors)) ?? Data(), as: UTF8.self)
                .contains("stopping as soon as")
        { usleep(1000) }
        scene.gate.release()
        let outcome = try Bulwark.outcome(of: running)
        #expect(outcome.status == 130, "\(outcome.errors)")
        #expect(outcome.output.contains("partial run"))
        #expect(outcome.errors.contains("with --output"))
    }

    /// Who reads standard error may be gone by the time a run is interrupted, as `tee` is.
    @Test func aReaderThatWentAwayTakesNoResultsWithIt() throws {
        let scene = try Scene()
        let folder = try scene.folder("folder")
        let command = ([Bulwark.executable.path] + folder.command).map { "'\($0)'" }.joined(separator: " ")
        let outcome = try Bulwark.shell(
            "{ { \(command); echo $? > status; } 2>&1 1>&3 | head -c 1 > /dev/null; } 3>&1",
            in: folder.folder
        )
        let status = try String(
            contentsOf: folder.folder.appendingPathComponent("status"),
            encoding: .utf8
        )
        #expect(status == "0\n", "\(outcome.errors)")
        #expect(try folder.contents == scene.whole.contents)
    }

    /// A disk that is full stops a run at once, and nothing that was finished is lost.
    @Test func aFullDiskIsSaidAndLosesNothing() throws {
        let bench = try Workbench()
        let arguments = [
            "assess", try bench.model(), "--data", try bench.points(300), "--epsilon", "0.2", "--preset",
            "fast",
            "--attack", "apgd-ce", "--attack", "fab", "--attack", "genattack", "--attack", "noise", "--quiet",
        ]
        let whole = try RunFolder(bench, "whole", arguments)
        #expect(try whole.run().status == 0)
        let full = try RunFolder(bench, "full", arguments)
        let command = ([Bulwark.executable.path] + full.command).map { "'\($0)'" }.joined(separator: " ")
        // No file may be larger than 120 to 240 KiB, by the shell's unit: like a disk without room for more.
        let outcome = try Bulwark.shell("ulimit -f 240; exec \(command)", in: full.folder)
        #expect(outcome.status == 73, "\(outcome.errors)")
        #expect(outcome.errors.contains("out/journal: cannot be written"))
        #expect(outcome.errors.contains("repeat the command"))
        #expect(full.hasJournal && full.journalSize <= 240 * 1024)
        let resumed = try full.run()
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try full.contents == whole.contents)
    }

    @Test func aFolderInPlaceOfTheJournalIsRefused() throws {
        let bench = try Workbench()
        let folder = try RunFolder(
            bench,
            "folder",
            ["assess", try bench.model(), "--data", try bench.points(24), "--suite", "quick", "--quiet"]
        )
        try FileManager.default.createDirectory(at: folder.journal, withIntermediateDirectories: true)
        let outcome = try folder.run()
        #expect(outcome.status == 73)
        #expect(outcome.errors.contains("out/journal: cannot be written"))
    }
}
