import Foundation
import Synchronization

/// Shows how far long work is: a bar with rate and time left on a terminal, a line a step elsewhere, nothing
/// if quiet.
final class ProgressDisplay: Sendable {
    private enum Style {
        case bar, lines, silent
    }

    private struct State {
        var step = ""
        var stepStart = 0.0
        var lastDrawn = 0.0
        var hasBar = false
    }

    private let style: Style
    private let state = Mutex(State())

    /// - Parameter isQuiet: Whether to show nothing at all.
    init(isQuiet: Bool) { style = isQuiet ? .silent : StandardError.isTerminal ? .bar : .lines }

    /// Says that `done` of `total` are done in a step; a new step ends the previous one.
    func update(_ step: String, _ done: Int, _ total: Int) {
        guard style != .silent else { return }
        let now = Self.now
        state.withLock { state in
            if state.step != step {
                finish(&state)
                state.step = step
                state.stepStart = now
                state.lastDrawn = 0
                if style == .lines { StandardError.write("\(step)\(total > 1 ? " (\(total))" : "") …\n") }
            }
            guard style == .bar, done == total || now - state.lastDrawn > 0.1 else { return }
            state.lastDrawn = now
            state.hasBar = true
            StandardError.write("\r\u{1B}[2K" + Self.bar(step, done, total, elapsed: now - state.stepStart))
        }
    }

    /// Removes the bar, so that what follows starts on an empty line.
    func clear() {
        state.withLock { state in
            finish(&state)
            state.step = ""
        }
    }

    private func finish(_ state: inout State) {
        if state.hasBar { StandardError.write("\r\u{1B}[2K") }
        state.hasBar = false
    }

    /// Seconds on a clock that never goes back.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// One line: the step, a bar, counts, rate and time left.
    static func bar(_ step: String, _ done: Int, _ total: Int, elapsed: Double) -> String {
        let width = 24
        let filled = total > 0 ? min(width, width * done / total) : width
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        var line =
            "\(step.padding(toLength: max(step.count, 22), withPad: " ", startingAt: 0)) \(bar) \(done)/\(total)"
        if done > 0, elapsed > 0.3 {
            let rate = Double(done) / elapsed
            line += String(format: "  %.0f/s", rate)
            if done < total {
                line += String(format: "  %.0f s left", (Double(total - done) / rate).rounded(.up))
            }
        }
        return line
    }
}
