import BulwarkEvidence
import Foundation
import Testing

struct LogReceiptTests {
    @Test func aReceiptNeedsNoLog() throws {
        let log = try TestLog(entries: 300)
        let reader = try LogReader(log.path, trust: log.trust)
        for index in [0, 1, 255, 256, 299] {
            let data = try reader.receipt(at: UInt64(index), extra: Data("x".utf8)).data
            let receipt = try LogReceipt(data)
            #expect(receipt.data == data)
            try receipt.verify(entry: TestLog.entry(index), trust: log.trust)
            #expect(throws: NoteError.notIncluded(.rootDiffers)) {
                try receipt.verify(entry: TestLog.entry(index + 1), trust: log.trust)
            }
        }
        #expect(throws: LogError.noEntry(300, size: 300)) { try reader.receipt(at: 300) }
    }

    @Test func cutReceiptsAreRefusedAndNoByteIsIgnored() throws {
        let log = try TestLog(entries: 20)
        let data = try LogReader(log.path, trust: log.trust).receipt(at: 7).data
        for place in data.indices {
            #expect(throws: NoteError.self) { try LogReceipt(data.prefix(place)) }
            var changed = data
            changed[place] ^= 0x10
            let accepted = try? LogReceipt(changed)
            #expect(accepted == nil || accepted?.data == changed)
            #expect(throws: NoteError.self) {
                try LogReceipt(changed).verify(entry: TestLog.entry(7), trust: log.trust)
            }
        }
    }
}
