import ArgumentParser
import BulwarkCLI
import Testing

/// What the demo runs, without running it.
struct DemoScriptTests {
    private static var steps: [DemoScript.Step] {
        DemoScript(seed: 1, threads: 2, backend: "onednn", isQuiet: true).chapters.flatMap(\.steps)
    }

    @Test(arguments: [false, true])
    func everyCommandOfTheDemoIsOneThatThereIs(_ printsJSON: Bool) throws {
        var verbs: Set<String> = []
        for arguments in Self.steps.compactMap({ $0.arguments(printingJSON: printsJSON) }) {
            #expect(throws: Never.self, "\(arguments)") { try BulwarkCommand.parseAsRoot(arguments) }
            verbs.insert(arguments[0])
        }
        #expect(verbs.isSuperset(of: ["train", "sign", "assess", "harden", "gate", "verify", "log", "scan"]))
    }

    @Test func commandsThatHaveAVerdictPrintItAsJSON() {
        let asked = Self.steps.compactMap { $0.arguments(printingJSON: true) }.filter { $0.last == "--json" }
        #expect(Set(asked.map { $0[0] }).isSuperset(of: ["assess", "gate", "verify", "scan"]))
    }

    /// The natural model is refused, the hardened one passes twice, and the changed one is refused again.
    @Test func theGateIsShutAndOpenAndShut() {
        var gates: [Int32] = []
        for case .command(let arguments, _, let status, _) in Self.steps where arguments[0] == "gate" {
            gates.append(status)
        }
        #expect(gates == [1, 0, 0, 1])
    }
}
