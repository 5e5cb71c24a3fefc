import BulwarkModels
import BulwarkTensors

extension [TreeColumn] {
    /// The columns after an operator that has no other input but constants; nil if it does anything else than
    /// picking columns and moving, stretching or limiting each by itself.
    ///
    /// - Parameters:
    ///   - operation: The operator.
    ///   - position: Which of its inputs the columns are.
    ///   - constants: The others.
    /// - Returns: What the operator makes of the columns.
    func after(_ operation: any Operator, at position: Int, constants: [Tensor]) -> [TreeColumn]? {
        switch operation {
        case let slice as Slice where slice.parts.allSatisfy { $0.axis == 1 }:
            return slice.parts.reduce(self) { list, part in
                (0..<part.count).map { list[part.start + $0 * part.step] }
            }
        case let gather as Gather where gather.axis == 1 || gather.axis == -1:
            return gather.indices.map { self[$0 < 0 ? $0 + count : $0] }
        case let cast as Cast where cast.target == .float32 || cast.target == .float64: return self
        // Features are finite, so none of them is missing.
        case let imputer as Imputer where imputer.missing.isNaN: return self
        case is Add: return after(constants) { .add($0) }
        case is Sub: return after(constants) { position == 0 ? .subtract($0) : .subtractFrom($0) }
        case is Mul: return after(constants) { .multiply($0) }
        case is Div where position == 0: return after(constants) { .divide($0) }
        case is Neg: return each { $0.after(.subtractFrom(0)) }
        case let clip as Clip:
            return each { column in
                var column: TreeColumn? = column
                if let lower = clip.lower { column = column?.after(.atLeast(lower)) }
                if let upper = clip.upper { column = column?.after(.atMost(upper)) }
                return column
            }
        default: return nil
        }
    }

    private func each(_ change: (TreeColumn) -> TreeColumn?) -> [TreeColumn]? {
        let changed = compactMap(change)
        return changed.count == count ? changed : nil
    }

    /// The columns after a step with the one constant, a number for all of them or one for each.
    private func after(_ constants: [Tensor], _ step: (Float) -> TreeColumn.Step) -> [TreeColumn]? {
        guard constants.count == 1 else { return nil }
        let numbers = constants[0].elements
        guard numbers.count == 1 || numbers.count == count && constants[0].shape.dimensions.last == count
        else {
            return nil
        }
        let changed = indices.compactMap { self[$0].after(step(numbers[numbers.count == 1 ? 0 : $0])) }
        return changed.count == count ? changed : nil
    }
}
