import Synchronization

/// Runs asynchronous code to its end on the calling thread, so that an input always takes the same path.
enum OwnThread {
    /// - Returns: The result, or nil if the work waits for something outside this thread.
    static func run<Result: Sendable>(_ work: @escaping @Sendable () async -> Result) -> Result? {
        let queue = JobQueue()
        let result = Mutex<Result?>(nil)
        let task = Task(executorPreference: queue) {
            let value = await work()
            result.withLock { $0 = value }
        }
        queue.drain()
        task.cancel()
        return result.withLock { $0 }
    }

    private final class JobQueue: TaskExecutor {
        private let jobs = Mutex<[UnownedJob]>([])

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            jobs.withLock { $0.append(job) }
        }

        func drain() {
            while let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                job.runSynchronously(on: asUnownedTaskExecutor())
            }
        }
    }
}
