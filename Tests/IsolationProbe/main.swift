import BulwarkIsolation
import CProbe
import Foundation

// A program that confines itself if asked to, and then tries what its arguments say:
//
//     IsolationProbe try connect read=/etc/passwd …     attempts, each answered with its error number
//     IsolationProbe supervise <arguments>              the same, as an isolated job of this process
//     IsolationProbe stall <pipe>                       says its number in a pipe, and never confines itself
//     IsolationProbe lie                                says that it is confined, and is not
//     IsolationProbe lacking <feature> supervise …      where the system does not have something
if CommandLine.arguments.dropFirst().first == "lie" {
    // Waits to be let begin, or for the end.
    if probe_lie() == 0 { _ = FileHandle(fileDescriptor: 3).readData(ofLength: 1) }
    exit(0)
}
if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "stall" {
    try FileHandle(forWritingTo: URL(fileURLWithPath: CommandLine.arguments[2]))
        .write(contentsOf: Data("\(getpid())\n".utf8))
    while true { pause() }
}
ConfinedProcess.enterIfRequested()
exit(Probe(Array(CommandLine.arguments.dropFirst())).run())
