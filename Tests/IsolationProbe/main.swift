import BulwarkIsolation
import CProbe
import Foundation

// A program that confines itself if asked to, and then tries what its arguments say:
//
//     IsolationProbe try connect read=/etc/passwd …     attempts, each answered with its error number
//     IsolationProbe supervise <arguments>              the same, as an isolated job of this process
//     IsolationProbe lacking <feature> supervise …      where the system does not have something
ConfinedProcess.enterIfRequested()
exit(Probe(Array(CommandLine.arguments.dropFirst())).run())
