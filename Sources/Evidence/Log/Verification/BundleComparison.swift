/// How the entries of a file differ from the hashes that they should have.
struct BundleComparison {
    /// The findings for a bundle of entries, if its hashes should be these.
    static func findings(
        found: [MerkleHash],
        expected: [MerkleHash],
        first: UInt64,
        file: String
    ) -> [LogFinding] {
        guard found != expected else { return [] }
        if expected.starts(with: found) {
            return [.truncated(file: file, found: found.count, expected: expected.count)]
        }
        if found.count < expected.count {
            return dropped(found, expected).map { $0.map { .entryDropped(first + UInt64($0)) } }
                ?? [.truncated(file: file, found: found.count, expected: expected.count)]
                + changed(found, expected, first)
        }
        if found.count > expected.count {
            return dropped(expected, found).map { $0.map { .entryInserted(file: file, position: $0) } }
                ?? changed(Array(found.prefix(expected.count)), expected, first)
        }
        let places = expected.indices.filter { found[$0] != expected[$0] }
        var counts: [MerkleHash: Int] = [:]
        for place in places {
            counts[found[place], default: 0] += 1
            counts[expected[place], default: 0] -= 1
        }
        if counts.values.allSatisfy({ $0 == 0 }) {
            return [.entriesReordered(places.map { first + UInt64($0) })]
        }
        return changed(found, expected, first)
    }

    private static func changed(
        _ found: [MerkleHash],
        _ expected: [MerkleHash],
        _ first: UInt64
    ) -> [LogFinding] {
        zip(found, expected).enumerated().filter { $1.0 != $1.1 }.map {
            .entryChanged(first + UInt64($0.offset))
        }
    }

    /// Which places of the longer list the shorter one leaves out; nil if it is not what remains of it.
    private static func dropped(_ shorter: [MerkleHash], _ longer: [MerkleHash]) -> [Int]? {
        var (rest, places) = (shorter[...], [Int]())
        for (place, hash) in longer.enumerated() {
            if rest.first == hash { rest.removeFirst() } else { places.append(place) }
        }
        return rest.isEmpty ? places : nil
    }
}
