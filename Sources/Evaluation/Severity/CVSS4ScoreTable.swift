/// The published score of the most severe vector of each of the 270 macrovectors.
///
/// The figures are those of the reference calculator of CVSS version 4.0, copyright FIRST, Red Hat, and
/// contributors, BSD-2-Clause.
package enum CVSS4ScoreTable {
    /// The score in tenths, 1 to 100, or nil if no vector has this macrovector.
    package static func tenths(_ macroVector: CVSS4MacroVector) -> Int? {
        guard
            (0...2).contains(macroVector.eq1), (0...1).contains(macroVector.eq2),
            (0...2).contains(macroVector.eq4), (0...2).contains(macroVector.eq5),
            let impact = impacts.firstIndex(where: { $0 == (macroVector.eq3, macroVector.eq6) })
        else { return nil }
        let row = (macroVector.eq1 * 2 + macroVector.eq2) * impacts.count + impact
        return figures[row * 9 + macroVector.eq4 * 3 + macroVector.eq5]
    }

    /// The levels of equivalence sets 3 and 6 that exist together, in the order of the rows.
    private static let impacts = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1)]

    // A row holds sets 4 (by three) and 5 (by one); its comment gives the levels of sets 1, 2 and 3, 6.
    private static let figures: [Int] = [
        100, 98, 95, 100, 93, 91, 93, 89, 81,  // 0 0  0 0
        99, 95, 92, 96, 87, 81, 90, 80, 68,  // 0 0  0 1
        98, 95, 90, 93, 89, 81, 88, 78, 69,  // 0 0  1 0
        95, 92, 84, 92, 81, 65, 80, 70, 48,  // 0 0  1 1
        92, 82, 72, 79, 69, 50, 69, 55, 27,  // 0 0  2 1
        99, 95, 92, 95, 90, 84, 92, 82, 72,  // 0 1  0 0
        97, 92, 85, 91, 83, 71, 81, 71, 53,  // 0 1  0 1
        95, 92, 85, 92, 80, 70, 84, 71, 50,  // 0 1  1 0
        93, 85, 73, 82, 72, 59, 70, 52, 30,  // 0 1  1 1
        86, 75, 52, 71, 52, 29, 63, 29, 17,  // 0 1  2 1
        98, 94, 91, 94, 86, 77, 87, 74, 63,  // 1 0  0 0
        95, 87, 81, 89, 74, 64, 75, 63, 49,  // 1 0  0 1
        94, 88, 76, 86, 74, 59, 72, 57, 52,  // 1 0  1 0
        89, 77, 67, 76, 58, 50, 57, 52, 25,  // 1 0  1 1
        83, 70, 54, 65, 58, 26, 53, 21, 13,  // 1 0  2 1
        95, 88, 76, 90, 75, 61, 77, 68, 52,  // 1 1  0 0
        90, 76, 70, 77, 62, 53, 66, 59, 30,  // 1 1  0 1
        89, 76, 62, 74, 57, 47, 61, 57, 24,  // 1 1  1 0
        78, 67, 58, 59, 57, 23, 52, 29, 16,  // 1 1  1 1
        71, 59, 30, 58, 26, 15, 23, 13, 6,  // 1 1  2 1
        93, 86, 75, 86, 74, 56, 70, 52, 40,  // 2 0  0 0
        87, 72, 58, 74, 61, 34, 54, 40, 22,  // 2 0  0 1
        85, 74, 62, 72, 55, 46, 53, 34, 19,  // 2 0  1 0
        75, 55, 51, 57, 41, 19, 36, 19, 8,  // 2 0  1 1
        64, 51, 20, 47, 21, 11, 24, 9, 4,  // 2 0  2 1
        88, 73, 60, 73, 59, 41, 54, 45, 20,  // 2 1  0 0
        75, 53, 50, 55, 40, 20, 43, 22, 11,  // 2 1  0 1
        75, 58, 40, 61, 48, 20, 46, 17, 8,  // 2 1  1 0
        55, 45, 21, 51, 18, 9, 18, 7, 2,  // 2 1  1 1
        53, 24, 14, 24, 12, 5, 10, 3, 1,  // 2 1  2 1
    ]
}
