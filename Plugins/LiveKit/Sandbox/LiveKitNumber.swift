/// Phone numbers as LiveKit compares them on trunks.
enum LiveKitNumber {
    /// Normalises a number that has only digits and separators: adds a plus sign and removes separators. Returns other
    /// text unchanged.
    static func normalised(_ number: String) -> String {
        guard number.wholeMatch(of: /\+?[0-9\- ()]+/) != nil else { return number }
        let bare = number.filter { !" -()".contains($0) }
        return bare.hasPrefix("+") ? bare : "+" + bare
    }
}
