/// The pickles of a file, one behind the other.
enum PickleStream {
    /// A pickle that was followed, and what was found in it.
    struct Run {
        let machine: PickleMachine
        let ending: PickleMachine.Ending
        let findings: [ScanFinding]
    }

    /// Scans bytes as pickles.
    ///
    /// - Returns: Whether they are one; if not, nothing is reported.
    static func scan(_ bytes: ScanBytes, in session: inout ScanSession) -> Bool {
        var visited: Set<Int> = []
        var starts: [Int] = []
        let isPickle = follow(bytes, from: 0, visited: &visited, starts: &starts, in: &session)
        // A reader that respects frames may go on somewhere else; what it would find counts as well.
        while let start = starts.popLast() {
            _ = follow(bytes, from: start, visited: &visited, starts: &starts, in: &session)
        }
        return isPickle
    }

    /// Follows pickles in a row, each only once, and collects where else a reader may go on.
    private static func follow(
        _ bytes: ScanBytes,
        from start: Int,
        visited: inout Set<Int>,
        starts: inout [Int],
        in session: inout ScanSession
    ) -> Bool {
        var position = start
        var legacy = TorchLegacyFile()
        while position < bytes.count, visited.insert(position).inserted {
            guard visited.count <= session.limits.maximumPickles else {
                let what = "more than \(session.limits.maximumPickles) pickles in a row"
                session.report(.limit, .suspicious, at: position, what)
                PickleSearch.search(bytes.suffix(from: position), in: &session)
                return true
            }
            let run = follow(bytes, at: position, in: &session)
            guard case .stop = run.ending else {
                if run.machine.isSurelyPickle {
                    report(run, in: &session)
                    PickleSearch.search(bytes.suffix(from: run.machine.position), in: &session)
                    return true
                }
                if position > start { trailing(bytes, at: position, in: &session) }
                return position > start
            }
            session.pickles += 1
            report(run, in: &session)
            if let resumption = run.machine.frames.resumption { starts.append(resumption) }
            position = run.machine.position
            if let end = legacy.add(run.machine, end: position, of: bytes) {
                if end != bytes.count {
                    let what = "the file does not end where the last tensor does"
                    session.report(.pickleTrailing, .suspicious, at: min(end, bytes.count), what)
                }
                return true
            }
        }
        return position > start
    }

    /// Follows one pickle as the loaders do that could meet it.
    private static func follow(_ bytes: ScanBytes, at offset: Int, in session: inout ScanSession) -> Run {
        let plain = run(bytes, at: offset, as: .plain, in: &session)
        guard plain.machine.usesJoblib else { return plain }
        let joblib = run(bytes, at: offset, as: .joblib, in: &session)
        // `pickle.load` takes the raw bytes of arrays for instructions. Mostly they are none that make sense;
        // an import among them is there on purpose.
        let extra = plain.machine.importOffsets.union(plain.machine.spelledNames)
            .subtracting(joblib.machine.importOffsets.union(joblib.machine.spelledNames))
        let certain: Set<ScanRule> = [.pickleDangerousImport, .pickleExtension]
        var findings = joblib.findings
        findings += plain.findings.filter { certain.contains($0.rule) && !findings.contains($0) }
        if let place = extra.min() {
            let rule = ScanRule.pickleFrame
            let what = "a loader that knows no joblib finds an import where joblib finds an array"
            findings += session.trial { $0.report(rule, .dangerous, at: place, what) }
        }
        return Run(machine: joblib.machine, ending: joblib.ending, findings: findings)
    }

    private static func run(
        _ bytes: ScanBytes,
        at offset: Int,
        as reader: PickleMachine.Reader,
        in session: inout ScanSession
    ) -> Run {
        var machine = PickleMachine(bytes, at: offset, as: reader, limits: session.limits)
        var ending = PickleMachine.Ending.stop
        let findings = session.trial { ending = machine.run(&$0) }
        return Run(machine: machine, ending: ending, findings: findings)
    }

    /// Reports what was found in a pickle, how it ended, and what its values hide.
    private static func report(_ run: Run, in session: inout ScanSession) {
        let machine = run.machine
        session.report(run.findings)
        let hasCode = machine.hasCalled || !machine.imports.isEmpty
        if case .fault(let fault) = run.ending {
            if case .limit(let what) = fault {
                session.report(.limit, .suspicious, at: machine.position, what)
            } else {
                let what = "the pickle breaks off: \(fault.text)"
                let severity = hasCode ? ScanSeverity.dangerous : .suspicious
                session.report(.pickleMalformed, severity, at: machine.position, what)
            }
        }
        if let problem = machine.frames.problem {
            let severity = hasCode ? ScanSeverity.dangerous : .suspicious
            session.report(.pickleFrame, severity, at: problem.offset, problem.text)
        }
        PickleNesting.check(machine.literals, of: machine.bytes, in: &session)
    }

    private static func trailing(_ bytes: ScanBytes, at offset: Int, in session: inout ScanSession) {
        let rest = bytes.suffix(from: offset)
        let padding: Set<UInt8> = [0x00, 0x09, 0x0A, 0x0D, 0x20]
        if rest.count <= 1 << 12, rest.data.allSatisfy({ padding.contains($0) }) {
            session.report(.pickleTrailing, .note, at: offset, "white space or zeros behind the last pickle")
            return
        }
        let what = "\(rest.count) bytes behind the last pickle that are none"
        session.report(.pickleTrailing, .suspicious, at: offset, what)
        PickleSearch.search(rest, in: &session)
    }
}
