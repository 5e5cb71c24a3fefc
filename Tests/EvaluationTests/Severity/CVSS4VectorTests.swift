import BulwarkEvaluation
import Foundation
import Testing

struct CVSS4VectorTests {
    static let base = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:H/VA:N/SC:N/SI:N/SA:N"

    @Test func aVectorPrintsAsItWasRead() throws {
        let text = Self.base + "/E:P/CR:H/MAV:A/MSI:S/S:P/AU:Y/R:I/V:C/RE:M/U:Amber"
        let vector = try CVSS4Vector(text)
        #expect(vector.description == text)
        #expect(vector[.attackVector] == "N")
        #expect(vector[.modifiedAttackVector] == "A")
        #expect(vector[.providerUrgency] == "Amber")
        #expect(vector[.integrityRequirement] == nil)
    }

    @Test func metricsNotDefinedAreTheSameAsAbsentOnes() throws {
        let vector = try CVSS4Vector(Self.base + "/E:X/CR:X/MSI:X/S:X/U:X")
        #expect(vector == (try CVSS4Vector(Self.base)))
        #expect(vector.description == Self.base)
    }

    @Test func thereAreThirtyTwoMetricsInFourGroups() {
        let counts = Dictionary(grouping: CVSS4Metric.allCases, by: \.group).mapValues(\.count)
        #expect(counts == [.base: 11, .threat: 1, .environmental: 14, .supplemental: 6])
        let modified = CVSS4Metric.allCases.compactMap(\.modified)
        #expect(modified.count == 11)
        #expect(modified.allSatisfy { $0.group == .environmental && $0.rawValue.hasPrefix("M") })
    }

    static let malformed: [(String, CVSS4Error)] = [
        ("", CVSS4Error.missingPrefix),
        ("CVSS:3.1/AV:N", .missingPrefix),
        ("cvss:4.0/AV:N", .missingPrefix),
        (" " + base, .missingPrefix),
        ("CVSS:4.0/", .malformedComponent("", position: 1)),
        (base + "/", .malformedComponent("", position: 12)),
        (base + "/E", .malformedComponent("E", position: 12)),
        (base + "/E:A:P", .malformedComponent("E:A:P", position: 12)),
        (base + "/:A", .malformedComponent(":A", position: 12)),
        (base + "/XX:N", .unknownMetric("XX", position: 12)),
        (base + "/e:A", .unknownMetric("e", position: 12)),
        (base + "/E:Q", .unknownValue("Q", metric: .exploitMaturity)),
        (base + "/E:", .unknownValue("", metric: .exploitMaturity)),
        (base + "/U:amber", .unknownValue("amber", metric: .providerUrgency)),
        (base + "/MSC:S", .unknownValue("S", metric: .modifiedSubsequentConfidentiality)),
        (base + "/E:A/E:A", .duplicateMetric(.exploitMaturity)),
        (base + "/AV:N", .duplicateMetric(.attackVector)),
        (base + "/CR:H/E:A", .metricOutOfOrder(.exploitMaturity, after: .confidentialityRequirement)),
        ("CVSS:4.0/AC:L/AV:N", .metricOutOfOrder(.attackVector, after: .attackComplexity)),
        (base.replacingOccurrences(of: "/UI:N", with: ""), .missingMetric(.userInteraction)),
        (base.replacingOccurrences(of: "/UI:N", with: "/UI:X"), .unknownValue("X", metric: .userInteraction)),
        (
            base.replacingOccurrences(of: "/SI:N", with: "/SI:S"),
            .unknownValue("S", metric: .subsequentIntegrity)
        ),
        ("CVSS:4.0/\u{301}AV:N", .notASCII),
        (base + "/E:\u{410}", .notASCII),
        (base + String(repeating: "/E:A", count: 120), .tooLong(bytes: 543, maximumBytes: 512)),
    ]

    @Test(arguments: malformed)
    func whatIsWrongIsNamed(text: String, error: CVSS4Error) {
        #expect(throws: error) { try CVSS4Vector(text) }
        #expect(!error.description.isEmpty)
    }

    @Test func everyMissingBaseMetricIsFound() {
        for metric in CVSS4Metric.allCases where metric.group == .base {
            let components = Self.base.split(separator: "/").filter { !$0.hasPrefix(metric.rawValue + ":") }
            #expect(throws: CVSS4Error.missingMetric(metric)) {
                try CVSS4Vector(components.joined(separator: "/"))
            }
        }
    }

    @Test func aVectorIsAStringInJSON() throws {
        let vector = try CVSS4Vector(Self.base + "/E:U")
        let data = try JSONEncoder().encode([vector])
        #expect(try JSONDecoder().decode([CVSS4Vector].self, from: data) == [vector])
        #expect(try JSONDecoder().decode([String].self, from: data) == [vector.description])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([CVSS4Vector].self, from: Data(#"["CVSS:4.0/AV:N"]"#.utf8))
        }
    }
}
