import ArgumentParser

/// How to tell that something takes long.
struct ProgressOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "On standard error, once a second: a bar on a terminal (auto), JSON anywhere (json), or none.",
            valueName: "style"))
    var progress = ProgressStyle.auto
}
