import Synchronization

/// Runs attacks on many samples by turns on the thread that calls it, until each waits for an answer.
///
/// A Swift task that waits is resumed as a job on its executor. This executor only queues the jobs, so that
/// whoever owns it decides when they run, and no other thread ever touches what they do.
final class RunLoop: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// Runs jobs, also those that they bring about, until there are none.
    func run() {
        let executor = asUnownedTaskExecutor()
        var batch: [UnownedJob] = []
        while true {
            jobs.withLock { swap(&batch, &$0) }
            if batch.isEmpty { return }
            for job in batch { job.runSynchronously(on: executor) }
            batch.removeAll(keepingCapacity: true)
        }
    }
}
