import Hark
import Logging
import Testing

@Suite struct LogThresholdTests {
    @Test func `a level that is chosen later holds for all copies of the logger, and metadata for one`() {
        let book = Logbook()
        let threshold = LogThreshold(.info)
        let logger = threshold.applied(to: book.logger)
        var copy = logger
        copy[metadataKey: "copy"] = "1"
        logger.debug("hidden")
        threshold.level = .debug
        logger.debug("shown")
        copy.debug("shown")
        copy.logLevel = .error
        logger.info("hidden")
        #expect(logger.logLevel == .error)
        #expect(book.entries.count == 2)
        #expect(book.entries.allSatisfy { $0.contains("debug | shown") })
    }
}
