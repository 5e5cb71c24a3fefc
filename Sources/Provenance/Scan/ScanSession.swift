import Foundation

/// What a scan has found and used up so far, passed along as it descends.
struct ScanSession {
    let limits: ScanLimits
    let inflate: ModelScanner.Inflate
    private(set) var findings: [ScanFinding] = []
    private(set) var verdict = ScanVerdict.nothingFound
    private(set) var path: [String] = []
    private(set) var unfoldedBytes = 0
    var operations = 0
    var pickles = 0
    /// Whether unknown bytes are searched for pickles.
    var searchesUnknown = true

    init(limits: ScanLimits, inflate: @escaping ModelScanner.Inflate) {
        (self.limits, self.inflate) = (limits, inflate)
    }

    var depth: Int { path.count }

    /// Adds a finding, once.
    mutating func report(_ rule: ScanRule, _ severity: ScanSeverity, at offset: Int? = nil, _ what: String) {
        verdict = max(verdict, severity.verdict)
        let place = path + (offset.map { ["byte \($0)"] } ?? [])
        add(ScanFinding(rule, severity, at: place.joined(separator: " > "), what))
    }

    /// Adds what a trial found.
    mutating func report(_ findings: [ScanFinding]) {
        for finding in findings {
            verdict = max(verdict, finding.severity.verdict)
            add(finding)
        }
    }

    private mutating func add(_ finding: ScanFinding) {
        guard findings.count >= limits.maximumFindings else {
            if !findings.contains(finding) { findings.append(finding) }
            return
        }
        // A flood of light findings must not hide a heavy one.
        guard finding.severity == .dangerous,
            let place = findings.lastIndex(where: { $0.severity != .dangerous })
        else { return }
        findings[place] = finding
    }

    /// Looks at a part of a file; what is found there carries its name.
    ///
    /// Too deep a part is reported and not looked at.
    mutating func inside(_ part: String, _ look: (inout ScanSession) -> Void) {
        path.append(ScanText.shown(part))
        defer { path.removeLast() }
        guard depth <= limits.maximumDepth else {
            report(.limit, .suspicious, "nested more than \(limits.maximumDepth) deep")
            return
        }
        look(&self)
    }

    /// What looking at something would find; work is counted, findings are only returned.
    mutating func trial(_ look: (inout ScanSession) -> Void) -> [ScanFinding] {
        var trial = self
        (trial.findings, trial.verdict) = ([], .nothingFound)
        look(&trial)
        (unfoldedBytes, operations) = (trial.unfoldedBytes, trial.operations)
        return trial.findings
    }

    /// Unfolds a deflate stream (RFC 1951) within the limits; nil if it is damaged or too large, which is
    /// reported.
    mutating func inflated(_ bytes: ScanBytes) -> ScanBytes? {
        let left = limits.maximumTotalUnfoldedBytes - unfoldedBytes
        // Deflate makes at most 1032 bytes of one.
        let possible = bytes.count.multipliedReportingOverflow(by: 1032)
        let bound = min(limits.maximumUnfoldedBytes, left)
        let limit = min(bound, possible.overflow ? bound : possible.partialValue + 1032)
        guard limit > 0 else {
            report(.archiveBomb, .suspicious, "the members unfold into more than the limit of the scan")
            return nil
        }
        do {
            let data = try inflate(bytes.data, limit)
            guard data.count <= limit else { throw InflateError.tooLong }
            unfoldedBytes += data.count
            return ScanBytes(data)
        } catch InflateError.tooLong {
            // What was unfolded before it was refused counts too, or many bombs would cost what one may not.
            unfoldedBytes += limit
            let rule = limit == bound ? ScanRule.archiveBomb : .archiveMalformed
            report(rule, .suspicious, "a member unfolds into more than \(limit) bytes")
            return nil
        } catch {
            report(.archiveMalformed, .unreadable, "a compressed member is damaged")
            return nil
        }
    }
}
