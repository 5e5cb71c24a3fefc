/// Where randomness began, as claims have it: text, as not every number of 64 bits is one of JSON.
enum ClaimedSeed {
    /// Refuses what is not a number of 64 bits in its one decimal spelling.
    static func validate(_ text: String) throws(ClaimError) {
        guard let seed = UInt64(text), "\(seed)".utf8.elementsEqual(text.utf8) else {
            throw .impossible(member: "seed", problem: "is no whole number")
        }
    }
}
