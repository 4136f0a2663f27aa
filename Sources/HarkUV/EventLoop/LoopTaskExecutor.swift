/// The loop as the preferred executor of a task: also those parts of it that are isolated to nothing run there, and
/// when it is resumed it goes on without a detour over another thread.
package final class LoopTaskExecutor: TaskExecutor {
    package func enqueue(_ job: consuming ExecutorJob) {
        EventLoop.executor.enqueue(LoopJob(job: UnownedJob(job), prefersLoop: true))
    }
}
