/// For every place of a sliding window the taps that lie inside the image, and where.
struct WindowTaps: Sendable {
    /// Where the taps of each place begin in `offsets` and `taps`; one more at the end.
    let starts: [Int]
    /// Where in a channel of the image a tap lies.
    let offsets: [Int32]
    /// Which tap of the window it is.
    let taps: [Int32]
    /// The number of taps of the window.
    let tapCount: Int

    /// The number of places.
    var placeCount: Int { starts.count - 1 }

    private struct Tap {
        var offset = 0
        var number = 0
    }

    /// A window over images of one or more axes; each list has an entry for each of them.
    ///
    /// Along an axis tap `t` of place `o` lies at `o · stride − pad + t · dilation`.
    init(
        kernel: [Int],
        strides: [Int],
        dilations: [Int],
        padsBegin: [Int],
        input: [Int],
        output: [Int]
    ) {
        var places = [[Tap()]]
        for axis in kernel.indices {
            var next: [[Tap]] = []
            next.reserveCapacity(places.count * output[axis])
            for outer in places {
                for place in 0..<output[axis] {
                    var inside: [Tap] = []
                    for tap in outer {
                        for step in 0..<kernel[axis] {
                            let coordinate =
                                place * strides[axis] - padsBegin[axis] + step * dilations[axis]
                            guard coordinate >= 0, coordinate < input[axis] else { continue }
                            inside.append(
                                Tap(
                                    offset: tap.offset * input[axis] + coordinate,
                                    number: tap.number * kernel[axis] + step
                                )
                            )
                        }
                    }
                    next.append(inside)
                }
            }
            places = next
        }
        starts = places.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
        offsets = places.joined().map { Int32($0.offset) }
        taps = places.joined().map { Int32($0.number) }
        tapCount = kernel.reduce(1, *)
    }

    /// Places with one tap each, `distance` apart.
    init(single placeCount: Int, distance: Int) {
        starts = Array(0...placeCount)
        offsets = (0..<placeCount).map { Int32($0 * distance) }
        taps = Array(repeating: 0, count: placeCount)
        tapCount = 1
    }

    /// The largest number of taps at one place.
    var mostTaps: Int { (0..<placeCount).reduce(0) { max($0, starts[$1 + 1] - starts[$1]) } }

    /// How many places the most wanted element of a channel is tapped from.
    var mostReaders: Int {
        var counts = [Int](repeating: 0, count: (offsets.max().map(Int.init) ?? 0) + 1)
        for offset in offsets { counts[Int(offset)] += 1 }
        return counts.max() ?? 0
    }
}
