/// The frames of a pickle (PEP 3154).
///
/// Python's own reader respects them, and the one in C only reads ahead; a pickle whose frames do not end
/// between two instructions, or hide something behind STOP, is therefore two different pickles.
struct PickleFrames {
    /// What is wrong with the frames, and where.
    private(set) var problem: (text: String, offset: Int)?
    /// Where a reader that respects frames goes on after STOP, if that is somewhere else.
    private(set) var resumption: Int?
    private var end: Int?

    /// Notices an instruction before it is followed.
    mutating func step(_ instruction: PickleInstruction, in bytes: ScanBytes) {
        if let end {
            if instruction.start >= end {
                self.end = nil
            } else if instruction.end > end {
                note("an instruction lies across the end of a frame", at: instruction.start)
                self.end = nil
            }
        }
        guard instruction.code == .frame, case .integer(let length) = instruction.argument else { return }
        if let end, instruction.end < end { note("a frame begins inside another", at: instruction.start) }
        guard let length, length <= bytes.count - instruction.end else {
            note("a frame is longer than the file", at: instruction.start)
            self.end = nil
            return
        }
        end = instruction.end + length
    }

    /// Notices that STOP was reached.
    mutating func stop(at position: Int) {
        guard let end, end > position else { return }
        note("a frame goes on behind the end of the pickle", at: position)
        resumption = end
    }

    private mutating func note(_ text: String, at offset: Int) {
        if problem == nil { problem = (text, offset) }
    }
}
