import Synchronization

/// A voice platform that a carrier can be connected with: an adapter's type, as a value.
///
/// The module of each adapter declares its platform, as in `Platform.vapi`.
public struct Platform: Sendable {
    /// The platform's adapter.
    @_spi(Adapter) public let adapter: any PlatformAdapter.Type

    /// Creates the platform of an adapter.
    @_spi(Adapter) public init(_ adapter: any PlatformAdapter.Type) { self.adapter = adapter }

    /// The adapter's description of the platform.
    @_spi(Adapter) public var description: PlatformDescription { adapter.platform }
    /// The short name in commands and object names: `vapi`.
    public var id: PlatformID { description.id }
    /// The vendor's name: `Vapi`.
    public var title: String { description.title }
    /// The settings of an account, such as its API key.
    public var settings: [Setting] { description.settings }
    /// The day on which the facts were checked against the vendor's documentation: `2026-11-22`.
    public var verified: String { description.verified }
}

/// The built-in templates of all platforms, each parsed and checked once per process.
enum BuiltInTemplates {
    private struct Key: Hashable {
        var adapter: ObjectIdentifier
        var base: String?
        var bytes: [UInt8]

        init(_ adapter: any PlatformAdapter.Type, _ base: TemplateBase?) {
            self.adapter = ObjectIdentifier(adapter)
            self.base = base?.name
            bytes = adapter.template
        }
    }

    private struct Entry {
        var template: Template
        var isChecked = false
        var parses = 0
    }

    private static let known = Mutex<[Key: Entry]>([:])

    /// Returns the adapter's template.
    ///
    /// - Throws: ``TemplateError``; a later call parses the template again.
    static func template(
        of adapter: any PlatformAdapter.Type, over base: TemplateBase?
    ) throws(TemplateError) -> Template {
        let key = Key(adapter, base)
        if let template = find(key)?.template { return template }
        let template = try Template(
            parsing: key.bytes, file: "\(adapter.platform.id) (built in)", base: base)
        keep(template, key, parses: 1)
        return template
    }

    /// Returns the adapter's template, checked against the kinds. An adapter has the same kinds for every account.
    ///
    /// - Throws: ``TemplateError``.
    static func template(
        of adapter: any PlatformAdapter.Type, over base: TemplateBase?, kinds: [any ResourceKind]
    ) throws(TemplateError) -> Template {
        let key = Key(adapter, base)
        if let found = find(key), found.isChecked { return found.template }
        let template = try template(of: adapter, over: base)
        try template.check(kinds: kinds.map(\.description))
        keep(template, key, isChecked: true)
        return template
    }

    // Not inlined, because of the compiler's defect that `Scripts/check-locks` looks for.

    @inline(never)
    private static func find(_ key: Key) -> Entry? { known.withLock { $0[key] } }

    @inline(never)
    private static func keep(_ template: Template, _ key: Key, isChecked: Bool = false, parses: Int = 0) {
        known.withLock { known in
            known[key, default: Entry(template: template)].parses += parses
            if isChecked { known[key]?.isChecked = true }
        }
    }

    /// How often templates of an adapter have been parsed.
    @inline(never)
    static func parses(of adapter: any PlatformAdapter.Type) -> Int {
        known.withLock { known in
            known.reduce(0) { $0 + ($1.key.adapter == ObjectIdentifier(adapter) ? $1.value.parses : 0) }
        }
    }
}
