extension Int {
    /// Returns the number with its noun: `1 object`, `3 objects`.
    ///
    /// - Parameters:
    ///   - noun: The singular.
    ///   - plural: The plural, if it is not formed by adding an s.
    package func counted(_ noun: String, _ plural: String? = nil) -> String {
        "\(self) \(self == 1 ? noun : plural ?? noun + "s")"
    }
}
