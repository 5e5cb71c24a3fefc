import BulwarkIsolation
import Foundation
import Testing

struct RecordTests {
    @Test func kindsAreBoundedAndCountsAreNot() {
        var record = AttemptRecord()
        for number in 0..<10_000 { record.add(call: "connect", detail: "192.0.2.1 port \(number)") }
        #expect(record.total == 10_000)
        #expect(record.attempts.count == AttemptRecord.maximumKinds + 1)
        #expect(record.attempts.map(\.count).reduce(0, +) == 10_000)
        #expect(record.attempts.last == DeniedAttempt(call: "others", detail: "", count: 10_000 - 256))
    }

    @Test func addressesThatAreCutShortAreNoTrap() {
        for family in UInt8(0)..<64 {
            for length in 0...64 {
                let bytes = [family, 0] + [UInt8](repeating: 0xFF, count: length)
                _ = SocketAddress.described(bytes)
                _ = SocketAddress.described(Array(bytes.prefix(length)))
            }
        }
        #expect(SocketAddress.described([2, 0, 1, 187, 127, 0, 0, 1]) == "127.0.0.1 port 443")
        #expect(SocketAddress.described([2, 0, 1, 187, 127, 0, 0]) == "AF_INET")
        #expect(SocketAddress.described([16, 0]) == "AF_NETLINK")
        #expect(SocketAddress.described([200, 0]) == "family 200")
        #expect(SocketAddress.described([]) == "")
        #expect(SocketAddress.described([1, 0, 0x61, 0x0A, 0x09, 0x62]) == "AF_UNIX a\u{FFFD}\u{FFFD}b")
    }

    @Test func textIsPassedOnUpToALimit() {
        var relay = RelayedText()
        let line = [UInt8](repeating: 0x61, count: 1 << 12)
        var shown = 0
        for _ in 0..<1000 { shown += relay.take(line).utf8.count }
        #expect((RelayedText.maximumBytes...RelayedText.maximumBytes + 100).contains(shown))
        #expect(relay.flush() == "")
    }
}

struct ProcessStatusTests {
    private static let confined = """
        Name:\tbulwark
        Threads:\t1
        CapInh:\t0000000000000000
        CapPrm:\t0000000000000000
        CapEff:\t0000000000000000
        CapBnd:\t000001ffffffffff
        CapAmb:\t0000000000000000
        NoNewPrivs:\t1
        Seccomp:\t2
        """

    @Test func aConfinedProcessIsRecognized() throws { try ProcessStatus(Self.confined).requireConfined() }

    @Test(arguments: [
        ("NoNewPrivs:\t1", "NoNewPrivs:\t0"), ("Seccomp:\t2", "Seccomp:\t0"), ("Threads:\t1", "Threads:\t2"),
        ("CapEff:\t0000000000000000", "CapEff:\t0000000000000001"), ("CapPrm", "Other"), ("Seccomp", "Other"),
        ("CapInh:\t0000000000000000", "CapInh:\tnone"),
    ])
    func whatIsMissingIsNoticed(_ text: String, _ other: String) {
        let status = ProcessStatus(Self.confined.replacingOccurrences(of: text, with: other))
        #expect(throws: IsolationError.self) { try status.requireConfined() }
    }

    @Test func thisProcessIsNotConfined() throws {
        #if os(Linux)
        let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        #expect(throws: IsolationError.self) { try ProcessStatus(text).requireConfined() }
        #endif
    }
}
