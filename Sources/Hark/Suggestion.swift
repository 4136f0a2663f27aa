/// What somebody may have meant.
package enum Suggestion {
    /// Edits more than that are another word.
    private static let editsMax = 3

    /// The word nearest to `text`; nil when none is near.
    package static func nearest(to text: String, among words: [String]) -> String? {
        let text = text.lowercased()
        if text.count > 1, let whole = words.first(where: { $0.hasPrefix(text) }) { return whole }
        let candidates = words.map { (word: $0, edits: edits(from: Array(text), to: Array($0))) }
        // Three edits turn any short word into any other.
        let best = candidates.min { $0.edits < $1.edits }
        return best.flatMap { $0.edits <= min(editsMax, max(1, $0.word.count / 2)) ? $0.word : nil }
    }

    /// How many characters to insert, remove, replace or swap with their neighbour.
    private static func edits(from text: [Character], to word: [Character]) -> Int {
        var rows = [Array(0...word.count)]
        for (index, character) in text.enumerated() {
            var row = [index + 1]
            for (column, other) in word.enumerated() {
                var least = min(row[column] + 1, rows[index][column + 1] + 1)
                least = min(least, rows[index][column] + (character == other ? 0 : 1))
                if index > 0, column > 0, character == word[column - 1], text[index - 1] == other {
                    least = min(least, rows[index - 1][column - 1] + 1)
                }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[text.count][word.count]
    }
}
