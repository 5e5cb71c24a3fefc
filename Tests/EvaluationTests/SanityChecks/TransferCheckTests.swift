import BulwarkAttacks
import BulwarkEvaluation
import Testing

struct TransferCheckTests {
    private static let id = "transfer-does-not-beat-white-box"

    private func check(transfer: Range<Int>, draft: EvidenceDraft) throws -> [Assessment.SanityCheck?] {
        var draft = draft
        draft.runs.removeAll { $0.name == "transfer" }
        draft.runs.append(("transfer", "standard", EvidenceDraft.run("transfer", broken: transfer)))
        return try [Self.id, "white-box-beats-black-box"].map { try draft.check($0) }
    }

    @Test func whatGradientsBreakTransfersMayBreak() throws {
        let found = try check(transfer: 10..<60, draft: EvidenceDraft())
        #expect(found[0]?.status == .pass)
        #expect(found[0]?.evidence.hasPrefix("0 of 100 samples") == true)
    }

    /// Of the draft's hundred samples gradient attacks break the first sixty.
    @Test func moreThanAFewOthersMeanThatGradientsMislead() throws {
        let one = try check(transfer: 60..<61, draft: EvidenceDraft())
        #expect(one[0]?.status == .pass && one[0]?.evidence.contains("samples 1060") == true)
        let many = try check(transfer: 58..<68, draft: EvidenceDraft())
        #expect(many[0]?.status == .fail)
        #expect(many[0]?.evidence.contains("8 of 100") == true)
        #expect(many[0]?.evidence.contains("1060, 1061, 1062, 1063, 1064, …") == true)
        #expect(many[1]?.status == .pass, "what a transfer broke is counted once")
    }

    @Test func withoutATransferOrGradientsThereIsNothingToCompare() throws {
        var draft = try EvidenceDraft()
        draft.runs.removeAll { $0.name == "transfer" }
        #expect(try draft.check(Self.id)?.status == .skipped)
        draft.runs = [("noise", "standard", EvidenceDraft.run("noise", broken: 0..<5))]
        let found = try check(transfer: 0..<50, draft: draft)
        #expect(found[0]?.status == .skipped)
    }
}
