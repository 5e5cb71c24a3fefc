import BulwarkAnonymity
import Foundation
import Testing

struct HierarchyTests {
    private func levels(_ text: String, _ hierarchy: (any GeneralizationHierarchy)?) throws -> [String] {
        let hierarchy = try #require(hierarchy)
        return try (0..<hierarchy.innerLevelCount).map { try hierarchy.generalized(text, to: $0 + 1) }
    }

    @Test func numbersBecomeRanges() throws {
        let ranges = RangeHierarchy(widths: ["5", "10"], bottom: "20", top: "80")
        #expect(try levels("23", ranges) == ["[20,25)", "[20,30)"])
        #expect(try levels("25.0", ranges) == ["[25,30)", "[20,30)"])
        #expect(try levels("-3", ranges) == ["<20", "<20"])
        #expect(try levels("80", ranges) == [">=80", ">=80"])
        let negative = RangeHierarchy(widths: ["10"], origin: "5")
        #expect(try levels("-5", negative) == ["[-5,5)"])
        #expect(try levels("-5.001", negative) == ["[-15,-5)"])
    }

    /// In binary 0.3 / 0.1 is less than three.
    @Test func boundsAreExact() throws {
        let ranges = RangeHierarchy(widths: ["0.1", "0.3"])
        #expect(try levels("0.3", ranges) == ["[0.3,0.4)", "[0.3,0.6)"])
        #expect(try levels("0.29999999999999999", ranges) == ["[0.2,0.3)", "[0.0,0.3)"])
        #expect(try levels("-0.05", ranges) == ["[-0.1,0.0)", "[-0.3,0.0)"])
    }

    @Test(arguments: ["", "x", "1e5", "nan", "--1", "1.", ".5", "1,5", "99999999999999999999", "٣"])
    func whatIsNoNumberIsRefused(_ text: String) throws {
        let ranges = try #require(RangeHierarchy(widths: ["5"]))
        #expect(throws: UnfitValue.self) { try ranges.generalized(text, to: 1) }
    }

    @Test func rangesThatDoNotLieInEachOtherAreRefused() {
        #expect(RangeHierarchy(widths: ["5", "12"]) == nil)
        #expect(RangeHierarchy(widths: ["10", "5"]) == nil)
        #expect(RangeHierarchy(widths: ["0"]) == nil)
        #expect(RangeHierarchy(widths: ["-5"]) == nil)
        #expect(RangeHierarchy(widths: ["5"], bottom: "3", top: "3") == nil)
        #expect(RangeHierarchy(widths: ["5", "5"]) == nil)
        #expect(RangeHierarchy(widths: ["1", "1"]) == nil)
    }

    @Test func datesLoseTheirParts() throws {
        let dates = DateHierarchy([.month, .quarter, .year, .decade, .century])
        #expect(try levels("1987-05-09", dates) == ["1987-05", "1987-Q2", "1987", "1980s", "1900s"])
        #expect(DateHierarchy([.year, .month]) == nil)
        #expect(DateHierarchy([.year, .year]) == nil)
        for text in ["1987-02-29", "1900-02-29", "1987-13-01", "87-05-09", "1987/05/09", "1987-05-0x"] {
            #expect(throws: UnfitValue.self) { try levels(text, dates) }
        }
        #expect(try levels("2000-02-29", dates).first == "2000-02")
    }

    @Test func charactersAreMasked() throws {
        #expect(try levels("13053", MaskingHierarchy(from: .end, [1, 3, 9])) == ["1305*", "13***", "*****"])
        #expect(try levels("Zoë", MaskingHierarchy(from: .start, [2])) == ["**ë"])
        #expect(MaskingHierarchy(from: .end, [2, 1]) == nil)
        #expect(MaskingHierarchy(from: .end, [0]) == nil)
    }

    @Test func leavesBecomeTheirAncestors() throws {
        let rules = try Support.rules(
            """
            {"schema": "bulwark.anonymization/1", "privacy": {"k": 1}, "columns": {"job": {"role": "quasi-identifier",
             "hierarchy": {"kind": "taxonomy", "tree": {"none": [], "work": {"office": ["clerk"], "field": ["miner"]}}}}}}
            """
        )
        guard case .quasiIdentifier(let rule) = rules.columns[0].rule else {
            Issue.record("a quasi-identifier was read as something else")
            return
        }
        #expect(try levels("clerk", rule.hierarchy) == ["office", "work"])
        #expect(try levels("none", rule.hierarchy) == ["none", "none"])
        #expect(throws: UnfitValue.self) { try levels("office", rule.hierarchy) }
    }
}
