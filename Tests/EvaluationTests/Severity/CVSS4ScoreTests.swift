import BulwarkEvaluation
import Testing

struct CVSS4ScoreTests {
    @Test(
        .enabled(if: CVSS4Vectors.isPresent, "the CVSS test vectors are not beside the package"),
        arguments: [
            ("vectors_simple4", 1_058), ("vectors_threat4", 6), ("vectors_security4", 54),
            ("vectors_supplemental4", 576),
        ]
    )
    func everyPublishedVectorHasItsPublishedScore(file: String, count: Int) throws {
        let lines = try CVSS4Vectors.lines(of: file)
        #expect(lines.count == count)
        for line in lines {
            let vector = try CVSS4Vector(line.vector)
            #expect(vector.score == line.score, "\(line.vector)")
            #expect(vector.description == line.vector)
        }
    }

    /// A score for each group of metrics, among them modified metrics, safety and several exact ties of the
    /// rounding; calculated with the package `cvss` 3.6, one of the two reference calculators.
    static let scores: [(String, Double)] = [
        ("AV:N/AC:L/AT:N/PR:L/UI:N/VC:N/VI:H/VA:N/SC:N/SI:N/SA:N", 7.1),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:H/VA:N/SC:N/SI:N/SA:N", 8.7),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0),
        ("AV:P/AC:H/AT:P/PR:L/UI:P/VC:H/VI:L/VA:N/SC:L/SI:H/SA:H", 5.9),
        ("AV:L/AC:L/AT:N/PR:L/UI:A/VC:H/VI:L/VA:H/SC:L/SI:L/SA:N", 5.3),
        ("AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N/E:P", 5.7),
        ("AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N/E:U", 4.9),
        ("AV:A/AC:H/AT:P/PR:L/UI:N/VC:H/VI:L/VA:L/SC:N/SI:L/SA:H/MSA:L/V:C", 5.9),
        ("AV:N/AC:L/AT:N/PR:N/UI:P/VC:H/VI:L/VA:N/SC:H/SI:H/SA:H", 8.6),  // a tie: 8.55
        ("AV:N/AC:L/AT:N/PR:N/UI:P/VC:N/VI:L/VA:H/SC:H/SI:H/SA:H", 8.6),  // a tie: 8.55
        ("AV:A/AC:H/AT:N/PR:N/UI:A/VC:L/VI:N/VA:H/SC:H/SI:L/SA:L/S:X", 7.0),
        (
            "AV:A/AC:H/AT:N/PR:N/UI:A/VC:H/VI:L/VA:N/SC:H/SI:N/SA:H"
                + "/E:U/CR:H/IR:L/AR:X/MPR:H/MUI:N/MVC:H/MVI:H/S:P/R:X/U:Red", 5.5
        ),
        (
            "AV:L/AC:H/AT:P/PR:L/UI:P/VC:H/VI:H/VA:N/SC:H/SI:H/SA:N"
                + "/E:U/CR:L/IR:X/AR:L/MAV:A/MAC:L/MAT:P/MPR:L/MUI:P/MVC:N"
                + "/MVI:X/MSC:X/MSI:H/MSA:L/S:N/AU:N/R:I/V:C/RE:X/U:Green",
            1.4
        ),
        (
            "AV:A/AC:L/AT:P/PR:L/UI:A/VC:H/VI:H/VA:L/SC:L/SI:L/SA:H"
                + "/E:P/CR:M/AR:H/MAV:L/MAC:X/MAT:P/MPR:H/MVC:X/MVI:X/MSC:H"
                + "/MSI:S/MSA:H/S:P/AU:N/R:X/V:X/U:Red",
            7.1
        ),
        (
            "AV:A/AC:H/AT:P/PR:N/UI:A/VC:N/VI:H/VA:H/SC:H/SI:N/SA:N"
                + "/E:A/CR:H/IR:H/AR:H/MAV:N/MAC:L/MAT:N/MPR:X/MVC:N/MVI:N"
                + "/MVA:H/MSC:X/MSI:S/MSA:S/S:N/AU:X/R:U/V:C/RE:X/U:X",
            9.3
        ),
        (
            "AV:L/AC:L/AT:P/PR:N/UI:A/VC:H/VI:L/VA:H/SC:L/SI:H/SA:N"
                + "/E:P/CR:H/IR:X/AR:M/MAC:L/MAT:X/MPR:N/MVI:H/MVA:L/MSC:H"
                + "/MSI:N/MSA:H/S:X/R:X/V:C/U:Clear",
            7.0
        ),
    ]

    @Test(arguments: scores)
    func scoresAreThoseOfTheReferenceCalculator(vector: String, score: Double) throws {
        #expect(try CVSS4Vector("CVSS:4.0/" + vector).score == score)
    }

    /// All macrovectors that have a score, of the 324 that could be written.
    static let macroVectors: [CVSS4MacroVector] = {
        var result: [CVSS4MacroVector] = []
        for digits in 0..<324 {
            let macroVector = CVSS4MacroVector(
                eq1: digits / 108,
                eq2: digits / 54 % 2,
                eq3: digits / 18 % 3,
                eq4: digits / 6 % 3,
                eq5: digits / 2 % 3,
                eq6: digits % 2
            )
            if CVSS4ScoreTable.tenths(macroVector) != nil { result.append(macroVector) }
        }
        return result
    }()

    @Test func theTableHas270RowsFromTenToOneTenth() throws {
        #expect(Self.macroVectors.count == 270)
        let scores = Dictionary(
            uniqueKeysWithValues: Self.macroVectors.map { ($0.description, CVSS4ScoreTable.tenths($0) ?? -1) }
        )
        #expect(scores["000000"] == 100)
        #expect(scores["001011"] == 92)
        #expect(scores["112021"] == 30)
        #expect(scores["201110"] == 55)
        #expect(scores["212221"] == 1)
        #expect(scores["002000"] == nil)
        #expect(scores.values.reduce(0, +) == 16_563)
        #expect(
            CVSS4ScoreTable.tenths(CVSS4MacroVector(eq1: 3, eq2: 0, eq3: 0, eq4: 0, eq5: 0, eq6: 0)) == nil
        )
    }

    @Test func aLowerLevelNeverScoresHigher() {
        for lower in Self.macroVectors {
            for higher in Self.macroVectors
            where higher.eq1 <= lower.eq1 && higher.eq2 <= lower.eq2 && higher.eq3 <= lower.eq3
                && higher.eq4 <= lower.eq4 && higher.eq5 <= lower.eq5 && higher.eq6 <= lower.eq6
            {
                let scores = (CVSS4ScoreTable.tenths(higher) ?? 0, CVSS4ScoreTable.tenths(lower) ?? 0)
                #expect(scores.0 >= scores.1, "\(higher) \(lower)")
            }
        }
    }

    /// The macrovector of a vector, by hand from the definitions of the six sets.
    static let levels: [(String, String)] = [
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", "000100"),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/MSI:S", "000000"),
        ("AV:P/AC:H/AT:N/PR:N/UI:N/VC:L/VI:L/VA:H/SC:N/SI:N/SA:L/E:U/AR:M", "211221"),
        ("AV:L/AC:L/AT:P/PR:N/UI:A/VC:N/VI:L/VA:L/SC:H/SI:N/SA:N/E:P", "112111"),
        ("AV:A/AC:L/AT:N/PR:L/UI:P/VC:N/VI:H/VA:N/SC:N/SI:N/SA:N/IR:L", "201201"),
        ("AV:P/AC:H/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N/MAV:N/MAC:L/MVC:H/MVI:H", "000200"),
    ]

    @Test(arguments: levels)
    func theMacroVectorFollowsTheSixSets(vector: String, digits: String) throws {
        #expect(try CVSS4Vector("CVSS:4.0/" + vector).macroVector.description == digits)
    }

    static let ratings: [(String, CVSS4Vector.Rating)] = [
        ("VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", CVSS4Vector.Rating.none),
        ("VC:N/VI:N/VA:N/SC:L/SI:N/SA:N/E:U", .low),
        ("VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", .medium),
        ("VC:N/VI:H/VA:N/SC:N/SI:N/SA:N", .high),
        ("VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", .critical),
    ]

    @Test(arguments: ratings)
    func theRatingFollowsTheScore(impacts: String, rating: CVSS4Vector.Rating) throws {
        #expect(try CVSS4Vector("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/" + impacts).rating == rating)
    }

    @Test func noImpactLeftByTheEnvironmentScoresZero() throws {
        let base = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:H/VA:N/SC:N/SI:N/SA:N"
        #expect(try CVSS4Vector(base + "/MVI:N").score == 0)
        #expect(try CVSS4Vector(base + "/MVI:N/MSA:S").score > 0)
    }
}
