import ZentrunkCore

extension TemplateParameter {
    /// The bare options that set a parameter which is on or off, and what each sets. A parameter of another type has none: its
    /// option takes a value.
    var switches: [(option: String, value: String)] {
        type == .bool ? [("--\(name)", "true"), ("--no-\(name)", "false")] : []
    }
}
