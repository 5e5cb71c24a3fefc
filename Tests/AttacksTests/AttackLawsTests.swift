import BulwarkAttacks
import TestSupport
import Testing

/// Every law for every attack.
///
/// To add an attack, add a row to `AttackLaws.cases`.
struct AttackLawsTests {
    /// The search of trees finds what is there on trees alone, and is held to that (`TreeEnsembleAttackTests`).
    @Test func everyAttackOfTheTableIsHeldToTheLaws() {
        let names = Set(AttackTable.names).subtracting([AttackTable.treeName])
        #expect(names == Set(AttackLaws.cases.map(\.name)))
    }

    @Test(arguments: AttackLaws.cases)
    func theSamplesAreReachedOrWonOrLost(_ subject: AttackCase) throws {
        #expect(try AttackLaws.samplesAreOfEveryKind(subject) == [])
    }

    @Test(arguments: AttackLaws.cases)
    func aCandidateStaysInsideTheBallAndTheBox(_ subject: AttackCase) throws {
        #expect(try AttackLaws.staysInsideTheBallAndTheBox(subject) == [])
    }

    @Test(arguments: AttackLaws.cases)
    func theSameSeedGivesTheSameBytesInAnyBatch(_ subject: AttackCase) throws {
        #expect(try AttackLaws.sameSeedSameBytes(subject) == [])
    }

    @Test(arguments: AttackLaws.cases)
    func anotherSeedMattersExactlyWhereTheAttackDraws(_ subject: AttackCase) throws {
        #expect(try AttackLaws.anotherSeedMattersWhereRandom(subject) == [])
    }

    @Test(arguments: AttackLaws.cases)
    func aRadiusOfZeroChangesNothing(_ subject: AttackCase) throws {
        #expect(try AttackLaws.radiusZeroChangesNothing(subject) == [])
    }

    @Test(arguments: AttackLaws.cases)
    func whatIsClaimedIsWhatTheModelSays(_ subject: AttackCase) throws {
        #expect(try AttackLaws.claimsAreTrue(subject) == [])
    }

    @Test(arguments: AttackLaws.cases)
    func anInputThatReachesTheAimComesBack(_ subject: AttackCase) throws {
        #expect(try AttackLaws.reachedInputsComeBack(subject) == [])
    }

    @Test(arguments: AttackLaws.cases)
    func theLossIsNotLowerThanAtTheInput(_ subject: AttackCase) throws {
        #expect(try AttackLaws.lossIsNotLower(subject) == [])
    }

    @Test(arguments: AttackLaws.cases)
    func theCostsAreWhatTheModelWasAsked(_ subject: AttackCase) throws {
        #expect(try AttackLaws.costsAreWhatTheModelWasAsked(subject) == [])
    }
}
