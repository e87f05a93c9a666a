/// Suggestions for misspelt names.
package enum Spelling {
    /// Returns the candidate closest to the text, if it can be a typing error: up to three edits, and no more than a
    /// third of the length.
    package static func nearest(to text: String, among candidates: some Sequence<String>) -> String? {
        let scored = candidates.map { ($0, distance(Array(text.lowercased()), Array($0.lowercased()))) }
        guard let best = scored.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }) else { return nil }
        return best.1 <= max(1, min(3, text.count / 3)) ? best.0 : nil
    }

    /// Returns `did you mean "assistant"?`, or nil.
    package static func suggestion(for text: String, among candidates: some Sequence<String>) -> String? {
        nearest(to: text, among: candidates).map { "did you mean \"\($0)\"?" }
    }

    /// Returns `, did you mean "assistant"?`, or an empty text.
    package static func hint(for text: String, among candidates: some Sequence<String>) -> String {
        nearest(to: text, among: candidates).map { ", did you mean \"\($0)\"?" } ?? ""
    }

    /// Returns the edit distance with insertions, deletions, replacements and transpositions of neighbours.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var before: [Int] = []
        var previous = Array(0...right.count)
        for (row, character) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(
                    previous[column] + (character == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
                    cost = min(cost, before[column - 1] + 1)
                }
                current.append(cost)
            }
            before = previous
            previous = current
        }
        return previous.last ?? 0
    }
}
