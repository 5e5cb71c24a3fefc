import BulwarkTensors

/// A piece of memory that a plan uses.
struct Buffer: Hashable {
    /// The position in `Memory.places`.
    let index: Int
}

/// The memory of a plan: which pieces there are, when each is in use, and where it lies.
///
/// Pieces that are in use at different times share the same bytes of one arena.
struct Memory {
    /// What decides where a piece lies.
    enum Place: Hashable {
        /// The arena, for as long as the piece is in use.
        case arena
        /// The arena, from the making of the plan to its end.
        case persistent
        /// A tensor that the caller brings with each call.
        case external(External)
    }

    /// A tensor of the caller.
    enum External: Hashable {
        case input(Int)
        case output(Int)
        case cotangent(Int)
        case inputGradient(Int)
        case parameterGradient(Int)
    }

    static let alignment = 64

    private var places: [Place] = []
    private var sizes: [Int] = []
    private var uses: [ClosedRange<Int>?] = []

    /// A new piece of at least so many bytes.
    mutating func make(bytes: Int, _ place: Place = .arena) -> Buffer {
        places.append(place)
        sizes.append((max(bytes, 1) + Self.alignment - 1) / Self.alignment * Self.alignment)
        uses.append(nil)
        return Buffer(index: places.count - 1)
    }

    func place(of buffer: Buffer) -> Place { places[buffer.index] }

    mutating func move(_ buffer: Buffer, to place: Place) { places[buffer.index] = place }

    /// Notes that a step reads or writes a piece.
    mutating func use(_ buffer: Buffer, at step: Int) {
        let known = uses[buffer.index] ?? step...step
        uses[buffer.index] = min(known.lowerBound, step)...max(known.upperBound, step)
    }

    /// Lays the pieces out: the offset of each that lies in the arena, and the size of the arena.
    ///
    /// Large pieces first, each at the lowest place where nothing lies at the same time.
    func layOut() -> (offsets: [Int?], size: Int) {
        var offsets = [Int?](repeating: nil, count: places.count)
        var size = 0
        var placed: [(offset: Int, end: Int, use: ClosedRange<Int>)] = []
        let always = Int.min...Int.max
        let order = places.indices.sorted { (sizes[$0], $1) > (sizes[$1], $0) }
        for index in order {
            let use: ClosedRange<Int>
            switch places[index] {
            case .external: continue
            case .persistent: use = always
            case .arena:
                guard let known = uses[index] else { continue }
                use = known
            }
            var offset = 0
            for other in placed where other.use.overlaps(use) && other.offset < offset + sizes[index] {
                offset = max(offset, other.end)
            }
            offsets[index] = offset
            let end = offset + sizes[index]
            size = max(size, end)
            let position = placed.firstIndex { $0.offset > offset } ?? placed.count
            placed.insert((offset, end, use), at: position)
        }
        return (offsets, size)
    }
}

/// A value in memory, in one of the layouts it is kept in.
struct Stored {
    let buffer: Buffer
    let layout: Layout
}
