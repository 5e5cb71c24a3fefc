import Foundation

/// Why a compressed stream was not unfolded.
public enum InflateError: Error, Equatable, CustomStringConvertible {
    /// The content is longer than the limit that was given.
    case tooLong
    /// The stream is damaged or ends early.
    case damaged

    /// The error in words.
    public var description: String {
        switch self {
        case .tooLong: "the content is longer than the limit"
        case .damaged: "the compressed stream is damaged"
        }
    }
}

/// Looks for what is dangerous in model files; it parses, and never loads or runs anything.
///
/// The format is told by the content, not by the name. Pickles are followed by an abstract machine that knows
/// which imports are harmless and takes everything else for what it may be.
public struct ModelScanner: Sendable {
    /// Unfolds a raw deflate stream (RFC 1951) up to its end, ignoring what follows it.
    ///
    /// It never takes more memory than the limit, and throws `InflateError.tooLong` if the content is longer.
    public typealias Inflate = @Sendable (_ compressed: Data, _ limit: Int) throws -> Data

    private let limits: ScanLimits
    private let inflate: Inflate

    /// A scanner with a way to unfold compressed members.
    public init(limits: ScanLimits = ScanLimits(), inflate: @escaping Inflate) {
        (self.limits, self.inflate) = (limits, inflate)
    }

    /// Scans the bytes of a file.
    public func scan(_ data: Data, named path: String) -> ScanReport {
        var session = ScanSession(limits: limits, inflate: inflate)
        let bytes = ScanBytes(data)
        let kind = ContentKind.scan(bytes, named: path, in: &session)
        // The sort is by weight alone, so that findings of a kind stay in the order of the file.
        let findings = session.findings.enumerated().sorted { first, second in
            let (one, other) = (first.element.severity, second.element.severity)
            if one == other { return first.offset < second.offset }
            return other.order < one.order
        }
        return ScanReport(
            path: path,
            verdict: session.verdict,
            format: kind.name,
            findings: findings.map(\.element),
            pickles: session.pickles,
            operations: session.operations
        )
    }
}

extension ScanSeverity {
    fileprivate var order: Int {
        switch self {
        case .note: 0
        case .unreadable: 1
        case .suspicious: 2
        case .dangerous: 3
        }
    }
}
