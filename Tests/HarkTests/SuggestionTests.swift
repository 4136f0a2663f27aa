import Hark
import Testing

struct SuggestionTests {
    @Test(
        arguments: [
            ("pears", "peers"), ("per", "peers"), ("STAT", "statistics"), ("sbuscriptions", "subscriptions"),
            ("q", nil),
            ("nothing like it", nil), ("", nil),
        ] as [(String, String?)])
    func `the nearest word is suggested, if one is near`(text: String, expected: String?) {
        let words = ["peers", "statistics", "subscriptions", "quit"]
        #expect(Suggestion.nearest(to: text, among: words) == expected)
        #expect(Suggestion.nearest(to: text, among: []) == nil)
    }
}
