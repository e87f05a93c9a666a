/// The contents of `${…}`.
@_spi(Adapter) public struct TemplateReference: Sendable, Hashable {
    /// The source of the value.
    public enum Source: Sendable, Hashable {
        /// A parameter, built in or declared.
        case parameter(String)
        /// A field of another resource's object.
        case resource(String, field: [String])
        /// The same in a blueprint, where the instances are known.
        case instances(InstanceReference)
        /// The `username` or `password` of a SIP secret.
        case secret(String, SecretPart)
        /// A value that the platform's adapter provides.
        case platform([String])
        /// A value that the carrier provides.
        case carrier([String])
    }

    /// A half of a SIP secret.
    public enum SecretPart: String, Sendable, Hashable { case username, password }

    /// The source of the value.
    public var source: Source
    /// Whether it is written with a question mark: if the value is absent, the member or element is left out.
    public var isOptional: Bool

    /// Parses `sip.id`, `assistant?`, `secrets.sip.password`, `platform.sip_host`.
    init?(_ text: Substring) {
        var text = text
        isOptional = text.last == "?"
        if isOptional { text.removeLast() }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isAllowed) }), let first = parts.first else {
            return nil
        }
        switch (first, parts.count) {
        case (_, 1): source = .parameter(first)
        case ("secrets", 3):
            guard let part = SecretPart(rawValue: parts[2]) else { return nil }
            source = .secret(parts[1], part)
        case ("secrets", _): return nil
        case ("platform", _): source = .platform(Array(parts.dropFirst()))
        case ("carrier", _): source = .carrier(Array(parts.dropFirst()))
        default: source = .resource(first, field: Array(parts.dropFirst()))
        }
    }

    /// The key of the resource whose field is referenced; nil for other sources.
    package var resourceKey: String? {
        switch source {
        case .resource(let key, _): key
        case .instances(let meant): meant.key
        case .parameter, .secret, .platform, .carrier: nil
        }
    }

    private static func isAllowed(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "-" || character == "_")
    }
}

extension TemplateReference: CustomStringConvertible {
    /// The reference as written in a template.
    public var description: String {
        let path =
            switch source {
            case .parameter(let name): name
            case .resource(let key, let field): ([key] + field).joined(separator: ".")
            case .instances(let meant): "\(meant.key).\(meant.field)"
            case .secret(let name, let part): "secrets.\(name).\(part.rawValue)"
            case .platform(let path): "platform." + path.joined(separator: ".")
            case .carrier(let path): "carrier." + path.joined(separator: ".")
            }
        return "${\(path)\(isOptional ? "?" : "")}"
    }
}
