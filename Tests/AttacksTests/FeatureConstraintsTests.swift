import BulwarkAttacks
import BulwarkTensors
import Foundation
import Testing

struct FeatureConstraintsTests {
    private static let json = """
        {
          "schema": "bulwark.constraints/1",
          "features": ["age", "income", "rent", "a", "b", "c", "visits"],
          "immutable": ["age"],
          "integer": [{"feature": "visits"}, {"feature": "income", "step": 100, "offset": 50}],
          "range": [{"feature": "income", "lower": 0}, {"feature": 6, "lower": 0, "upper": 365}],
          "oneHot": [["a", "b", "c"]],
          "monotone": [{"feature": "visits", "direction": "rising"}],
          "linear": [
            {"terms": [{"coefficient": 1, "feature": "rent"}, {"coefficient": -0.5, "feature": "income"}],
             "relation": "<=", "bound": 0}
          ]
        }
        """

    private func document(_ json: String = json) throws -> ConstraintDocument {
        try JSONDecoder().decode(ConstraintDocument.self, from: Data(json.utf8))
    }

    @Test func aFileIsReadAndWritten() throws {
        let document = try document()
        #expect(document.immutable == ["age"])
        #expect(document.integer == [.init("visits"), .init("income", step: 100, offset: 50)])
        #expect(document.range == [.init("income", lower: 0), .init(6, lower: 0, upper: 365)])
        #expect(document.oneHot == [["a", "b", "c"]])
        #expect(document.monotone == [.init("visits", .rising)])
        #expect(document.linear == [.init([.init(1, "rent"), .init(-0.5, "income")], .atMost, 0)])
        let written = try JSONEncoder().encode(document)
        #expect(try JSONDecoder().decode(ConstraintDocument.self, from: written) == document)
    }

    @Test func anEmptyDocumentAsksNothing() throws {
        let document = try document(#"{"schema": "bulwark.constraints/1"}"#)
        #expect(document == ConstraintDocument())
        let constraints = try FeatureConstraints(document, featureCount: 2)
        #expect(constraints.isSeparable && constraints.isSatisfied([5, -7], around: [0, 0]))
    }

    @Test(arguments: [
        #"{}"#,
        #"{"schema": "bulwark.constraints/2"}"#,
        #"{"schema": "bulwark.constraints/1", "imutable": [0]}"#,
        #"{"schema": "bulwark.constraints/1", "integer": [{"feature": 0, "steps": 2}]}"#,
        #"{"schema": "bulwark.constraints/1", "range": [{"feature": 0, "low": 2}]}"#,
        #"{"schema": "bulwark.constraints/1", "monotone": [{"feature": 0, "direction": "up"}]}"#,
        #"{"schema": "bulwark.constraints/1", "linear": [{"terms": [], "relation": "<", "bound": 0}]}"#,
        #"{"schema": "bulwark.constraints/1", "immutable": [0.5]}"#,
        #"[]"#,
    ])
    func whatTheFormatDoesNotHaveIsRefused(json: String) {
        #expect(throws: DecodingError.self) { try document(json) }
    }

    static let broken: [(ConstraintDocument, ConstraintError)] = [
        (.init(features: ["a"]), .featureCount(expected: 1, found: 3)),
        (.init(features: ["x", "z", "y"]), .otherFeature(position: 1, document: "z", data: "y")),
        (.init(immutable: [3]), .noSuchPosition(3, featureCount: 3)),
        (.init(immutable: [-1]), .noSuchPosition(-1, featureCount: 3)),
        (.init(immutable: ["q"]), .unknownFeature("q")),
        (.init(immutable: ["x", 0]), .repeated(feature: "\"x\"", kind: "immutable")),
        (.init(integer: [.init(0, step: 0)]), .invalidNumber(feature: "\"x\"", kind: "integer")),
        (.init(integer: [.init(0, step: .nan)]), .invalidNumber(feature: "\"x\"", kind: "integer")),
        (.init(range: [.init(1)]), .emptyRange(feature: "\"y\"")),
        (.init(range: [.init(1, lower: 2, upper: 1)]), .emptyRange(feature: "\"y\"")),
        (.init(range: [.init(1, lower: .nan)]), .invalidNumber(feature: "\"y\"", kind: "range")),
        (.init(range: [.init(1, upper: 1e300)]), .invalidNumber(feature: "\"y\"", kind: "range")),
        (
            .init(integer: [.init(1)], range: [.init(1, lower: 0.25, upper: 0.75)]),
            .emptyRange(feature: "\"y\"")
        ),
        (.init(oneHot: [[0]]), .groupTooSmall(group: 0)),
        (.init(oneHot: [[0, 1], [1, 2]]), .inTwoGroups(feature: "\"y\"")),
        (
            .init(monotone: [.init(2, .rising), .init(2, .falling)]),
            .repeated(feature: "\"z\"", kind: "monotone")
        ),
        (.init(linear: [.init([], .equal, 0)]), .invalidRelation(0)),
        (.init(linear: [.init([.init(0, 0)], .equal, 0)]), .invalidRelation(0)),
        (.init(linear: [.init([.init(1, 0)], .equal, .infinity)]), .invalidRelation(0)),
        (
            .init(linear: [.init([.init(1, 0), .init(1, "x")], .equal, 0)]),
            .repeated(feature: "\"x\"", kind: "linear")
        ),
    ]

    @Test(arguments: broken.indices)
    func whatMakesNoSenseIsNamed(index: Int) {
        let (document, error) = Self.broken[index]
        #expect(throws: error) { try FeatureConstraints(document, featureCount: 3, names: ["x", "y", "z"]) }
        #expect(!error.description.isEmpty)
    }

    @Test func aNameOfTwoFeaturesIsRefusedOnlyWhereItIsUsed() throws {
        let names = ["x", "x", "y"]
        _ = try FeatureConstraints(.init(immutable: ["y"]), featureCount: 3, names: names)
        #expect(throws: ConstraintError.ambiguousFeature("x")) {
            try FeatureConstraints(.init(immutable: ["x"]), featureCount: 3, names: names)
        }
        #expect(throws: ConstraintError.unknownFeature("x")) {
            try FeatureConstraints(.init(immutable: ["x"]), featureCount: 3)
        }
    }

    @Test func violationsAreNamedOneByOne() throws {
        let constraints = try FeatureConstraints(document(), featureCount: 7)
        let row: [Float] = [40, 1250, 600, 0, 1, 0, 7]
        #expect(constraints.violations(of: row, around: row).isEmpty)
        func violations(_ change: (inout [Float]) -> Void) -> [ConstraintViolation] {
            var candidate = row
            change(&candidate)
            let found = constraints.violations(of: candidate, around: row)
            #expect(constraints.isSatisfied(candidate, around: row) == found.isEmpty)
            return found
        }
        #expect(violations { $0[0] = 41 } == [.changed(feature: "\"age\"")])
        #expect(violations { $0[1] = 1300 } == [.betweenSteps(feature: "\"income\"")])
        #expect(violations { $0[1] = 1350 } == [])
        #expect(violations { ($0[1], $0[2]) = (-50, -100) } == [.outOfRange(feature: "\"income\"")])
        #expect(violations { $0[6] = 6 } == [.wrongDirection(feature: "\"visits\"")])
        #expect(violations { $0[6] = 366 } == [.outOfRange(feature: "\"visits\"")])
        #expect(violations { $0[2] = 625 } == [])
        #expect(violations { $0[2] = 626 } == [.relation(0)])
        let group = ConstraintViolation.notOneHot(features: ["\"a\"", "\"b\"", "\"c\""])
        #expect(violations { $0[3] = 1 } == [group])
        #expect(violations { $0[4] = 0 } == [group])
        #expect(violations { ($0[3], $0[4]) = (0.5, 0.5) } == [group])
        #expect(violations { ($0[3], $0[4]) = (1, 0) } == [])
        #expect(violations { $0[2] = .nan } == [.outOfRange(feature: "\"rent\""), .relation(0)])
        #expect(violations { $0[4] = .nan } == [.outOfRange(feature: "\"b\""), group])
    }

    /// What floats cannot hold counts as what it stands for: standardised whole numbers.
    @Test func scaledStepsAreRecognised() throws {
        let (mean, deviation) = (38.6, 13.7)
        let step = ConstraintDocument.Spacing(0, step: 1 / deviation, offset: -mean / deviation)
        let constraints = try FeatureConstraints(.init(integer: [step]), featureCount: 1)
        for age in 17...90 {
            let value = Float((Double(age) - mean) / deviation)
            #expect(constraints.isSatisfied([value], around: [value]))
            #expect(!constraints.isSatisfied([value + 0.01], around: [value]))
        }
    }
}
