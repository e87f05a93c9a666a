@_spi(Adapter) package import ZentrunkCore

extension TemplateParameter {
    /// The option that sets a parameter of that name: `--auth` for `authentication`.
    package static func option(_ name: String) -> String { "--" + (abbreviations[name] ?? name) }

    /// The option that sets it.
    package var option: String { Self.option(name) }

    /// The bare options that set a parameter which is on or off, and what each sets. A parameter of another type has none: its
    /// option takes a value. A parameter named `no-…` has one switch only and is unset
    /// by `--set no-…=false`.
    package var switches: [(option: String, value: String)] {
        guard type == .bool else { return [] }
        return [("--\(name)", "true")] + (name.hasPrefix("no-") ? [] : [("--no-\(name)", "false")])
    }
}

extension Remedy.Parameter {
    /// The words on the command line that set the parameter to the value.
    package var options: [String] {
        let option = TemplateParameter.option(name)
        return switch value {
        case .text(let text), .placeholder(let text): [option, text]
        case .flag(true): [option]
        // An option that begins with "no-" has no negation.
        case .flag(false): name.hasPrefix("no-") ? ["--set", "\(name)=false"] : ["--no-\(option.dropFirst(2))"]
        }
    }
}
