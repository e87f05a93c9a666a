package import ZentrunkCore

extension TemplateParameter {
    /// The option that sets a parameter of that name: `--auth` for `authentication`.
    static func option(_ name: String) -> String { "--" + (abbreviations[name] ?? name) }

    /// The option that sets it.
    var option: String { Self.option(name) }

    /// The bare options that set a parameter which is on or off, and what each sets. A parameter of another type has none: its
    /// option takes a value. A parameter named `no-…` has one switch only and is unset
    /// by `--set no-…=false`.
    package var switches: [(option: String, value: String)] {
        guard type == .bool else { return [] }
        return [("--\(name)", "true")] + (name.hasPrefix("no-") ? [] : [("--no-\(name)", "false")])
    }
}
