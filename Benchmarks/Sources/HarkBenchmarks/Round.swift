/// What all entries of a scenario achieved, one right after the other.
struct Round {
    let trials: [Entry: Trial]
    let disturbance: Disturbance
}
