import BulwarkAnonymity
import BulwarkProvenance
import Foundation
import Testing

/// What the tests of this module share.
enum Support {
    /// A table from the lines of a CSV file.
    static func table(_ lines: String...) throws -> TextTable {
        try TextTable(csv: Data((lines.joined(separator: "\r\n") + "\r\n").utf8))
    }

    static func table(_ names: [String], _ rows: [[String]]) -> TextTable {
        TextTable(
            columns: names.indices.map { column in
                TextColumn(name: names[column], rows.map { $0[column] })
            },
            rowCount: rows.count
        )
    }

    /// The fault of rules that must not be read.
    static func fault(_ json: String) -> RulesError? {
        do throws(RulesError) {
            _ = try AnonymizationRules(json: Data(json.utf8))
            return nil
        } catch {
            return error
        }
    }

    static func rules(_ json: String) throws -> AnonymizationRules {
        try AnonymizationRules(json: Data(json.utf8))
    }

    static func digest(_ byte: UInt8 = 7) throws -> KeyedDigest {
        try #require(KeyedDigest(key: [UInt8](repeating: byte, count: 32)))
    }
}

/// Numbers that look random and are the same on every run (Steele, Lea and Flood, "SplitMix", OOPSLA 2014).
struct Draws: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
