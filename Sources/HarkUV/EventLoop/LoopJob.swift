/// A piece of a task that is to run on the loop.
struct LoopJob {
    let job: UnownedJob
    /// Whether its task prefers the loop for everything it does. The runtime has to be told so while the job runs, or
    /// each call of an asynchronous function goes through the queue, and what the caller has looked at may change
    /// before the function begins. The runtime itself cannot be asked, so it is the door that tells: `LoopExecutor`
    /// for what is isolated to the loop, `LoopTaskExecutor` for the rest of a task that prefers it.
    let prefersLoop: Bool
}
