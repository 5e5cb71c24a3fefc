import BulwarkCLI
import BulwarkEvaluation
import Testing

struct ProgressTextTests {
    private let place = RunProgress.Place(number: 3, count: 8)

    @Test func aBarTellsPlaceCountsRateAndTimeLeft() {
        let progress = RunProgress(step: "square", done: 100, total: 400, broken: 31, place: place)
        let bar = ProgressText.bar(progress, elapsed: 10)
        #expect(bar.hasPrefix("[3/8] square"))
        #expect(bar.contains("██████░░░░░░░░░░░░░░░░░░"))
        #expect(bar.contains("100/400  31 broken  10/s  30 s left"))
    }

    /// What an earlier run has done was not done in the time that this one has taken.
    @Test func theRateIsThatOfThisRun() {
        let progress = RunProgress(step: "square", done: 100, total: 400, broken: 0, place: place, taken: 90)
        #expect(ProgressText.bar(progress, elapsed: 10).contains("1.0/s  5 min 0 s left"))
        let taken = RunProgress(step: "square", done: 100, total: 400, broken: 0, place: place, taken: 100)
        #expect(!ProgressText.bar(taken, elapsed: 10).contains("/s"))
    }

    @Test func aStepThatIsNoAttackBreaksNothing() {
        let bar = ProgressText.bar(RunProgress(step: "predicting", done: 0, total: 0), elapsed: 0)
        #expect(bar.hasPrefix("predicting") && bar.hasSuffix("0/0"))
    }

    @Test func aResultIsOneLine() {
        var progress = RunProgress(step: "fab-t", done: 871, total: 871, broken: 540, place: place)
        progress.seconds = 125
        #expect(ProgressText.result(progress) == "[3/8] fab-t: 540 of 871 samples broken, 2 min 5 s")
        (progress.done, progress.broken, progress.taken) = (256, 54, 200)
        #expect(
            ProgressText.result(progress)
                == "[3/8] fab-t: 54 of 256 samples broken, 615 not attacked, 200 taken from the journal, 2 min 5 s"
        )
    }

    @Test(arguments: [
        (0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.2, "60 s"), (60, "1 min 0 s"),
        (3599.6, "1 h 0 min"), (7320, "2 h 2 min"),
    ]) func durationsAreReadable(seconds: Double, text: String) {
        #expect(ProgressText.duration(seconds) == text)
    }
}
