import ArgumentParser
import BulwarkIsolation
import Foundation

/// The `bulwark` command.
public struct BulwarkCommand: ParsableCommand {
    /// The version of this program.
    public static let version = "0.1.0"

    /// Name, summary and verbs.
    public static let configuration = CommandConfiguration(
        commandName: "bulwark",
        abstract: "Measures how an AI model holds up under attack, with evidence.",
        version: version,
        subcommands: [
            InspectCommand.self, TrainCommand.self, AssessCommand.self, HardenCommand.self,
            RerunCommand.self, CompareCommand.self, KeyCommand.self, SignCommand.self, VerifyCommand.self,
            SealCommand.self, OpenCommand.self, DataCommand.self, ScanCommand.self, LogCommand.self,
            TrustCommand.self, ClaimCommand.self, GateCommand.self, ReportCommand.self,
            DemoCommand.self,
        ]
    )

    /// The command without a verb, which prints its help.
    public init() {}

    /// Parses the arguments, runs the verb and ends the process with the exit code that DESIGN gives the
    /// outcome.
    ///
    /// Has to come first in `main`: work in isolation is done by a process that confines itself before anything else.
    public static func run() -> Never {
        ConfinedProcess.enterIfRequested()
        Foundation.exit(execute(Array(CommandLine.arguments.dropFirst())))
    }

    /// Parses arguments and runs the verb.
    ///
    /// - Parameter arguments: The arguments after the program's name.
    /// - Returns: The exit code; messages have gone to standard error.
    package static func execute(_ arguments: [String]) -> Int32 {
        do {
            var command = try parseAsRoot(arguments)
            try command.run()
            return ExitStatus.done.rawValue
        } catch let error as CommandFailure {
            StandardError.write("bulwark: error: \(error.message)\n")
            if let hint = error.hint { StandardError.write("bulwark: hint: \(hint)\n") }
            return error.status.rawValue
        } catch {
            if let exit = error as? ExitCode { return exit.rawValue }
            let code = exitCode(for: error)
            let message = fullMessage(for: error)
            if code == .success {
                print(message)
                return 0
            }
            StandardError.write(message + "\n")
            return code == .validationFailure ? ExitStatus.usage.rawValue : ExitStatus.bug.rawValue
        }
    }
}
