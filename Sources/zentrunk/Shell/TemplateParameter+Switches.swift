import ZentrunkCore

extension TemplateParameter {
    /// The bare options that set a parameter which is on or off, and what each sets. A parameter of another type has none: its
    /// option takes a value. What is called `no-…` is taken back by `--set no-…=false`: nobody says "no" twice.
    var switches: [(option: String, value: String)] {
        guard type == .bool else { return [] }
        return [("--\(name)", "true")] + (name.hasPrefix("no-") ? [] : [("--no-\(name)", "false")])
    }
}
