import BulwarkModels
import BulwarkTensors

/// What a long run asks and tells whoever started it: whether to go on, what is kept, how far it is.
///
/// A run that is told to stop, or whose model throws `RunStop`, ends as a partial one with everything that
/// was finished until then. A value is good for one run, because it counts the run's steps.
public struct RunControl {
    /// Asked before each answer of the model, on any thread: why to end early; nil to go on.
    public var stop: @Sendable () -> RunStop?
    /// Where finished chunks are kept, so that a later run need not repeat them; nil to keep none.
    public var journal: (any RunJournal)?
    /// Told how far the run is, on any thread.
    public var progress: @Sendable (RunProgress) -> Void
    /// How many steps the run has begun.
    let steps = StepCount()

    /// A run that goes on to its end, keeps nothing and tells nobody, but for what is given.
    ///
    /// - Parameters:
    ///   - stop: Asked on any thread, and often: why to end early; nil to go on.
    ///   - journal: Where finished chunks are kept.
    ///   - progress: Told how far the run is, on any thread.
    public init(
        stop: @escaping @Sendable () -> RunStop? = { nil },
        journal: (any RunJournal)? = nil,
        progress: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) {
        self.stop = stop
        self.journal = journal
        self.progress = progress
    }
}

/// How far a run is.
public struct RunProgress: Sendable, Equatable {
    /// What is being done, as in `apgd-ce`.
    public var step: String
    /// How many samples, or parts of the step, are done.
    public var done: Int
    /// Of how many.
    public var total: Int
    /// How many of the samples that are done the attack has broken; nil if the step is no attack.
    public var broken: Int?
    /// Which attack of the plan this is, counted from 1, and how many there are; nil beside the plan.
    public var place: Place?
    /// How many of those that are done were taken from a journal.
    public var taken: Int
    /// How long the attack has taken, all runs together, by the clock that was passed in; 0 for other steps.
    public var seconds: Double

    /// A place in the order of a plan.
    public struct Place: Sendable, Hashable {
        /// From 1.
        public var number: Int
        /// How many there are.
        public var count: Int

        /// Both parts.
        public init(number: Int, count: Int) {
            self.number = number
            self.count = count
        }
    }

    /// Progress of a step; of an attack where `broken` is given.
    public init(
        step: String,
        done: Int,
        total: Int,
        broken: Int? = nil,
        place: Place? = nil,
        taken: Int = 0,
        seconds: Double = 0
    ) {
        self.step = step
        self.done = done
        self.total = total
        self.broken = broken
        self.place = place
        self.taken = taken
        self.seconds = seconds
    }
}
