extension Int {
    /// The number with its noun: `1 object`, `3 objects`.
    ///
    /// - Parameter plural: The noun's plural, where an s is not enough.
    package func counted(_ noun: String, _ plural: String? = nil) -> String {
        "\(self) \(self == 1 ? noun : plural ?? noun + "s")"
    }
}
