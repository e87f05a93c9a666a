/// Phone numbers as LiveKit compares them on trunks.
enum LiveKitNumber {
    /// With a plus sign and without filling, when it consists of digits and filling; else as it stands.
    static func normalised(_ number: String) -> String {
        guard number.wholeMatch(of: /\+?[0-9\- ()]+/) != nil else { return number }
        let bare = number.filter { !" -()".contains($0) }
        return bare.hasPrefix("+") ? bare : "+" + bare
    }
}
