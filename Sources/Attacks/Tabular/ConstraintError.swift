import BulwarkTensors

/// Why a document is no set of constraints for a table, or a sample does not fit one.
public enum ConstraintError: Error, Equatable, CustomStringConvertible {
    /// The table has another number of features than the document or the constraints are for.
    case featureCount(expected: Int, found: Int)
    /// The document names its features in another way or order than the data do.
    case otherFeature(position: Int, document: String, data: String)
    /// No feature has this position.
    case noSuchPosition(Int, featureCount: Int)
    /// No feature has this name, or the features have no names.
    case unknownFeature(String)
    /// Several features have this name.
    case ambiguousFeature(String)
    /// Two constraints of one kind are for the same feature.
    case repeated(feature: String, kind: String)
    /// A number of a feature's constraint is not finite, or not a step.
    case invalidNumber(feature: String, kind: String)
    /// A feature's range has no end, or holds no value that the feature may have.
    case emptyRange(feature: String)
    /// A group of features of which one is 1 has fewer than two members.
    case groupTooSmall(group: Int)
    /// A feature is in two groups of which one is 1.
    case inTwoGroups(feature: String)
    /// A linear relation adds up nothing, or its bound is not finite.
    case invalidRelation(Int)

    /// The fault in words.
    public var description: String {
        switch self {
        case .featureCount(let expected, let found):
            "the constraints are for \(expected) features, and there are \(found)"
        case .otherFeature(let position, let document, let data):
            "feature \(position) is \"\(document)\" in the constraints and \"\(data)\" in the data"
        case .noSuchPosition(let position, let count):
            "there is no feature \(position); the positions of \(count) features go from 0"
        case .unknownFeature(let name): "there is no feature \"\(name)\""
        case .ambiguousFeature(let name): "several features are called \"\(name)\""
        case .repeated(let feature, let kind): "there are two constraints \"\(kind)\" for \(feature)"
        case .invalidNumber(let feature, let kind):
            "\"\(kind)\" of \(feature) has a number that is not finite, or a step that is not above 0"
        case .emptyRange(let feature):
            "the range of \(feature) has neither end, or holds no value that the feature may have"
        case .groupTooSmall(let group): "group \(group) of \"oneHot\" has fewer than two features"
        case .inTwoGroups(let feature): "\(feature) is twice in the groups of \"oneHot\""
        case .invalidRelation(let index):
            "relation \(index) of \"linear\" adds up nothing, or has a number that is not finite or a factor 0"
        }
    }
}

/// A constraint that a point does not satisfy.
public enum ConstraintViolation: Sendable, Hashable, CustomStringConvertible {
    /// A feature that may not change has changed.
    case changed(feature: String)
    /// A feature has a value between those that it may have.
    case betweenSteps(feature: String)
    /// A feature has a value outside its range.
    case outOfRange(feature: String)
    /// A feature moved in the direction that it may not move in.
    case wrongDirection(feature: String)
    /// Of a group it is not one feature that is 1 while the others are 0.
    case notOneHot(features: [String])
    /// A weighted sum misses its bound; relations are counted from 0.
    case relation(Int)

    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .changed(let feature): "\(feature) has changed"
        case .betweenSteps(let feature): "\(feature) has a value between its steps"
        case .outOfRange(let feature): "\(feature) is out of its range"
        case .wrongDirection(let feature): "\(feature) moved in the wrong direction"
        case .notOneHot(let features): "not one of \(features.joined(separator: ", ")) is 1 and the others 0"
        case .relation(let index): "relation \(index) of \"linear\" does not hold"
        }
    }
}
