import BulwarkEvaluation
import Testing

/// The expected numbers are `scipy.special.betainc`, `betaincc` and `scipy.stats.beta.ppf`, `isf` of SciPy
/// 1.17.1; those marked mpmath were calculated with 50 digits because SciPy's own error there is above 1e-11.
struct RegularizedBetaTests {
    static let tails: [(Double, Double, Double, Double, Double)] = [
        (0.5, 0.5, 0.25, 0.33333333333333337, 0.6666666666666666),
        (1, 1, 0.3, 0.3, 0.7),
        (2, 3, 0.4, 0.5247999999999999, 0.47519999999999996),
        (5, 1, 0.9, 0.5904900000000001, 0.40950999999999993),
        (1, 50, 0.01, 0.39499393286246337, 0.6050060671375367),
        (0.001, 3, 1e-05, 0.9900363987945735, 0.00996360120542637),
        (30, 2, 0.5, 1.4901161193847656e-08, 0.9999999850988388),
        (120.5, 79.25, 0.55, 0.0632719868264069, 0.9367280131735933),
        (200, 300, 0.1, 7.563101272151373e-70, 1.0),
        (200, 300, 0.4, 0.5024286163199315, 0.497571383680068),
        (1e6, 1e6, 0.5005, 0.9213504224190758, 0.07864957758092468),
        (1e6, 2e6, 0.334, 0.9928335645421172, 0.007166435457886741),
        (1e9, 1e9, 0.50001, 0.8144533152313072, 0.18554668476841693),
        (3, 1e7, 4e-07, 0.761896870276575286, 0.238103129723424714),  // mpmath
        (17, 184, 0.132605, 0.9859608966338094, 0.01403910336619056),
    ]

    @Test(arguments: tails)
    func theTailsAreThoseOfSciPy(a: Double, b: Double, x: Double, lower: Double, upper: Double) {
        let function = RegularizedBeta(a, b)
        #expect(agree(function.lowerTail(at: x), lower, relative: 1e-10))
        #expect(agree(function.upperTail(at: x), upper, relative: 1e-10))
    }

    static let inverses: [(Double, Double, Double, Double, Double)] = [
        (0.5, 0.5, 0.025, 0.001541333133436012, 0.9984586668665639),
        (1, 100, 0.025, 0.00025314603297742064, 0.03621669264517642),
        (2, 99, 0.025, 0.0024313368239425423, 0.05445938539208066),
        (17, 184, 0.025, 0.05029591863025728, 0.12666485602208166),
        (50, 51, 0.025, 0.39832112950330095, 0.5919636708445463),
        (51, 50, 0.975, 0.601678870496699, 0.40803632915545374),
        (3, 9998, 0.025, 6.187148574838713e-05, 0.000722280057723716),
        (10, 1, 0.001, 0.5011872336272722, 0.9998999549714793),
        (1, 1e6, 0.975, 3.688872650206488e-06, 2.53178076637942e-08),
        (1e6, 1e6, 0.975, 0.5006929516660505, 0.49930704833394945),
        (250001, 750000, 1e-06, 0.24794606492754132, 0.252062633345568),
        (1.5, 2e8, 0.001, 6.074396446145695e-11, 4.066558961291823e-08),
        (0.1, 0.2, 0.9, 0.9978810050249101, 4.398874740121507e-09),
        (5e8, 5e8 + 1, 0.025, 0.4999690097484223, 0.5000309892515777),
        (300, 2, 1e-12, 0.9016801860506938, 0.9999999952937897),
        (2, 300, 1e-200, 4.7062080533501169e-103, 0.7884494092732719),  // mpmath
        (0.01, 5, 0.3, 6.462784897212799e-54, 4.056002657450341e-17),
    ]

    @Test(arguments: inverses)
    func theInversesAreThoseOfSciPy(a: Double, b: Double, p: Double, fromLower: Double, fromUpper: Double) {
        let function = RegularizedBeta(a, b)
        #expect(agree(function.inverse(lowerTail: p), fromLower, relative: 1e-10))
        #expect(agree(function.inverse(upperTail: p), fromUpper, relative: 1e-10))
    }

    @Test func theInverseUndoesTheFunction() {
        let shapes = [0.05, 0.5, 1, 1.5, 3, 17, 16.5, 100, 1_000, 54_321]
        for a in shapes {
            for b in shapes {
                let function = RegularizedBeta(a, b)
                for probability in [1e-8, 0.001, 0.025, 0.3, 0.5] {
                    let low = function.inverse(lowerTail: probability)
                    let high = function.inverse(upperTail: probability)
                    // Very close to 1 an x no longer has the digits to say which probability it belongs to.
                    if low < 0.999 {
                        #expect(agree(function.lowerTail(at: low), probability, relative: 1e-9), "\(a) \(b)")
                    }
                    if high < 0.999 {
                        #expect(agree(function.upperTail(at: high), probability, relative: 1e-9), "\(a) \(b)")
                    }
                }
            }
        }
    }

    @Test func theTailsAddUpAndMirrorEachOther() {
        for (a, b, x) in [(2.5, 7.0, 0.25), (40, 3, 0.875), (1_000, 900, 0.5), (0.25, 0.75, 0.0625)] {
            let function = RegularizedBeta(a, b)
            #expect(agree(function.lowerTail(at: x) + function.upperTail(at: x), 1, relative: 1e-14))
            let mirrored = RegularizedBeta(b, a).upperTail(at: 1 - x)
            #expect(agree(function.lowerTail(at: x), mirrored, relative: 1e-12))
        }
    }

    @Test func theEndsAreExact() {
        let function = RegularizedBeta(3, 4)
        #expect(function.lowerTail(at: 0) == 0 && function.lowerTail(at: 1) == 1)
        #expect(function.upperTail(at: 0) == 1 && function.upperTail(at: 1) == 0)
        #expect(function.inverse(lowerTail: 0) == 0 && function.inverse(lowerTail: 1) == 1)
        #expect(function.inverse(upperTail: 0) == 1 && function.inverse(upperTail: 1) == 0)
    }
}
