import BulwarkEvaluation
import Foundation
import Synchronization

/// Shows how far long work is: a bar with rate and time left on a terminal, a line a step elsewhere, nothing
/// if quiet.
final class ProgressDisplay: Sendable {
    private enum Style {
        case bar, lines, silent
    }

    private struct State {
        /// What was shown last; nil at the beginning of a step.
        var shown: RunProgress?
        var stepStart = 0.0
        var lastDrawn = 0.0
        var hasBar = false
    }

    private let style: Style
    /// Who is told instead of a person.
    private let listener: (@Sendable (RunProgress) -> Void)?
    private let state = Mutex(State())

    /// - Parameter isQuiet: Whether to show nothing at all.
    init(isQuiet: Bool) {
        style = isQuiet ? .silent : StandardError.isTerminal ? .bar : .lines
        listener = nil
    }

    /// A display that somebody else shows.
    init(listener: @escaping @Sendable (RunProgress) -> Void) {
        style = .silent
        self.listener = listener
    }

    /// Says that `done` of `total` are done in a step; a new step ends the previous one.
    func update(_ step: String, _ done: Int, _ total: Int) {
        show(RunProgress(step: step, done: done, total: total))
    }

    /// Shows how far a run is; a new step ends the previous one.
    func show(_ progress: RunProgress) {
        listener?(progress)
        guard style != .silent else { return }
        let now = Self.now
        state.withLock { state in
            let isNew = state.shown?.step != progress.step || state.shown?.place != progress.place
            if isNew {
                finish(&state)
                state.stepStart = now
                state.lastDrawn = 0
                if style == .lines, progress.place == nil {
                    let count = progress.total > 1 ? " (\(progress.total))" : ""
                    StandardError.write("\(progress.step)\(count) …\n")
                }
            }
            state.shown = progress
            guard style == .bar, isNew || progress.done == progress.total || now - state.lastDrawn > 0.1
            else { return }
            state.lastDrawn = now
            state.hasBar = true
            let text = ProgressText.bar(progress, elapsed: now - state.stepStart)
            StandardError.write("\r\u{1B}[2K" + text.prefix(StandardError.columns - 1))
        }
    }

    /// Removes the bar, so that what follows starts on an empty line.
    func clear() { state.withLock { finish(&$0) } }

    private func finish(_ state: inout State) {
        if state.hasBar { StandardError.write("\r\u{1B}[2K") }
        state.hasBar = false
        // What an attack of the plan came to stays to be read.
        if let shown = state.shown, shown.place != nil {
            StandardError.write(ProgressText.result(shown) + "\n")
        }
        state.shown = nil
    }

    /// Seconds on a clock that never goes back.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// Progress in words.
package enum ProgressText {
    /// One line: the step, a bar, counts, rate, time left, and what is broken so far.
    ///
    /// - Parameters:
    ///   - progress: How far the step is.
    ///   - elapsed: The seconds since it was first shown.
    /// - Returns: A line without a line break.
    package static func bar(_ progress: RunProgress, elapsed: Double) -> String {
        let (done, total) = (progress.done, progress.total)
        let width = 24
        let filled = total > 0 ? min(width, width * done / total) : width
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let name = place(progress) + progress.step
        var line = "\(name.padding(toLength: max(name.count, 22), withPad: " ", startingAt: 0)) "
        line += "\(bar) \(done)/\(total)"
        if let broken = progress.broken { line += "  \(broken) broken" }
        // What an earlier run has done says nothing about how quick this one is.
        let made = done - progress.taken
        if made > 0, elapsed > 0.3 {
            let rate = Double(made) / elapsed
            line += String(format: rate < 10 ? "  %.1f/s" : "  %.0f/s", rate)
            if done < total { line += "  \(duration(Double(total - done) / rate)) left" }
        }
        return line
    }

    /// What an attack came to: one line.
    package static func result(_ progress: RunProgress) -> String {
        let name = place(progress) + progress.step
        let broken = "\(progress.broken ?? 0) of \(progress.done) samples broken"
        let rest = progress.done < progress.total ? ", \(progress.total - progress.done) not attacked" : ""
        let taken = progress.taken > 0 ? ", \(progress.taken) taken from the journal" : ""
        return "\(name): \(broken)\(rest)\(taken), \(duration(progress.seconds))"
    }

    private static func place(_ progress: RunProgress) -> String {
        progress.place.map { "[\($0.number)/\($0.count)] " } ?? ""
    }

    /// Seconds as a person says them: `0.4 s`, `34 s`, `12 min 5 s`, `3 h 20 min`.
    package static func duration(_ seconds: Double) -> String {
        guard seconds < 60 else {
            let whole = Int(min(seconds, 1e9).rounded())
            let (minutes, hours) = (whole / 60, whole / 3600)
            return hours > 0 ? "\(hours) h \(minutes % 60) min" : "\(minutes) min \(whole % 60) s"
        }
        return seconds < 9.95 ? String(format: "%.1f s", seconds) : "\(Int(seconds.rounded(.up))) s"
    }
}
