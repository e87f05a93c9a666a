import ZentrunkJSON

/// The template rules that depend on kinds: known kinds and fields, shapes, identifying members, and secrets only in
/// write-only fields.
package struct KindCheck {
    package private(set) var findings = TemplateFindings()
    private let template: Template
    private let kinds: [String: KindDescription]
    /// Whether kinds may be missing, except those of a vendor of which some are known.
    private let isPartial: Bool
    /// Places that could not be read; further errors there are consequences and not reported.
    private let unread: TemplateFindings

    /// - Parameters:
    ///   - kinds: All kinds that the template can use.
    ///   - isPartial: Whether `kinds` lacks those of the platform. Then only resources of known vendors are checked.
    ///   - unread: What was found before.
    package init(
        _ template: Template, kinds: [KindDescription], isPartial: Bool = false,
        after unread: TemplateFindings = TemplateFindings()
    ) {
        self.isPartial = isPartial
        self.template = template
        self.kinds = Dictionary(kinds.map { ($0.name, $0) }) { first, _ in first }
        self.unread = unread
    }

    private static func vendor(_ kind: String) -> Substring { kind.prefix { $0 != "." } }

    package mutating func run() {
        let vendors = Set(kinds.keys.map(Self.vendor))
        for resource in template.resources {
            guard let kind = kinds[resource.kind] else {
                if isPartial, !vendors.contains(Self.vendor(resource.kind)) { continue }
                findings.error(
                    resource.path.appending("kind"), "unknown kind \"\(resource.kind)\"",
                    Spelling.suggestion(for: resource.kind, among: kinds.keys)
                        ?? "use one of \(kinds.keys.sorted().joined(separator: ", "))")
                continue
            }
            checkIdentity(resource, kind)
            checkBody(of: resource, kind)
        }
        let routes = template.resources.filter { kinds[$0.kind]?.role == .route }
        for surplus in routes.dropFirst() {
            findings.error(
                surplus.path, "a number has one route, and \"\(routes[0].key)\" sets it already",
                "choose between targets by $when or $select in its body")
        }
    }

    private mutating func checkIdentity(_ resource: Template.Resource, _ kind: KindDescription) {
        let tag = kind.side == .platform ? 1 + AccountTag.length : 0
        let longest = "zc_\(template.pairing)__\(resource.key)".count + ConnectionName.longest + tag
        if kind.nameField != nil, let limit = kind.longestName, longest > limit {
            findings.error(
                resource.path,
                "with this key names have up to \(longest) characters, and \(kind.name) takes \(limit)",
                "shorten the key by \(longest - limit)")
        }
        if kind.role == .route, !resource.isPerNumber {
            findings.error(
                resource.path, "a route is one number's and needs \"each\"", "add \"each\": \"numbers\"")
        }
        let path = resource.path.appending("body")
        let numberField = kind.sharesNumbers ? nil : kind.numberField
        let identifying = [(kind.nameField, "name"), (numberField, "number")]
        for case (let field?, let parameter) in identifying {
            let places = resource.body.branches(of: field, at: path)
            if places.isEmpty, !unread.hasError(within: path) {
                findings.error(
                    path, "\(kind.name) needs \"\(field)\", by which its objects are recognised",
                    "add \"\(field)\": \"${\(parameter)}\"")
            }
            for place in places where !unread.hasError(within: place.path) {
                let isRight = place.node.references.contains { $0.source == .parameter(parameter) }
                // A name with text around it would not be recognised as the connection's.
                if parameter == "name", case .reference = place.node, isRight { continue }
                if parameter == "number", isRight { continue }
                findings.error(
                    place.path, "\(kind.name) is recognised by \"\(field)\", so no other value is allowed here",
                    "write \"${\(parameter)}\"")
            }
        }
    }
}

// MARK: Bodies

extension KindCheck {
    private mutating func checkBody(of resource: Template.Resource, _ kind: KindDescription) {
        let body = resource.body.walk(Field.object(kind.fields), at: resource.path.appending("body")) { step, field in
            Self.rule(of: step, in: field)
        }
        for place in body { check(place.node, place.context, resource, place.path) }
    }

    private mutating func check(
        _ node: TemplateNode, _ field: Field, _ resource: Template.Resource, _ path: JSONPointer
    ) {
        switch node {
        case .object(let members): check(members, field, resource, path)
        case .array:
            if case .list = field.shape { return }
            expected(field, "a list", path)
        case .literal(let value): check(value, field, path)
        case .reference(let reference):
            checkSource(reference, field, path)
            checkShape(reference, field, resource, path)
        case .text:
            switch field.shape {
            case .string, .choice, .scalar: break
            default: expected(field, "text", path)
            }
            for reference in node.ownReferences { checkSource(reference, field, path) }
        case .spread(let reference): checkSource(reference, field, path)
        default: break
        }
    }

    /// Returns the rule for a part of a body, from the rule for the whole; nil if the part cannot be written.
    private static func rule(of step: TemplateNode.Step, in field: Field) -> Field? {
        switch (step, field.shape) {
        case (.condition, _), (.choice, _): return field
        case (.member(let name), .object(let fields)): return fields[name].flatMap { $0.isReadOnly ? nil : $0 }
        case (.element, .list(var element, _)):
            element.refersTo = element.refersTo ?? field.refersTo
            return element
        default: return nil
        }
    }

    private mutating func expected(_ field: Field, _ found: String, _ path: JSONPointer) {
        if !unread.hasError(within: path) {
            findings.error(path, "expected \(field.shape.title), found \(found)")
        }
    }

    private mutating func check(
        _ members: [TemplateNode.Member], _ field: Field, _ resource: Template.Resource, _ path: JSONPointer
    ) {
        // The members of a map are user-defined, but must not contain a password either.
        if case .map = field.shape {
            for member in members { checkPasswords(member.node, field, path.appending(member.name)) }
            return
        }
        guard case .object(let fields) = field.shape else { return expected(field, "an object", path) }
        for member in members {
            let place = path.appending(member.name)
            guard Self.rule(of: .member(member.name), in: field) != nil else {
                let writable = fields.filter { !$0.value.isReadOnly }.keys
                let why = fields[member.name] == nil ? "" : ": the vendor sets it"
                findings.error(
                    place, "\(resource.kind) has no field \"\(member.name)\" to write\(why)",
                    Spelling.suggestion(for: member.name, among: writable)
                        ?? "its fields are \(writable.sorted().joined(separator: ", "))")
                continue
            }
        }
    }

    private mutating func check(_ value: JSONValue, _ field: Field, _ path: JSONPointer) {
        // The journal records templates and parameters, so neither may contain a password.
        if field.isWriteOnly, value.string != "" { return notASecret(path) }
        switch (field.shape, value) {
        case (.string, .string), (.boolean, .bool), (.integer, .integer), (.number, .integer), (.number, .double),
            (.scalar, .string), (.scalar, .bool), (.scalar, .integer), (.scalar, .double):
            return
        case (.choice(let choices), .string(let text)):
            if !choices.contains(text) {
                findings.error(
                    path, "\"\(text)\" is none of \(choices.joined(separator: ", "))",
                    Spelling.suggestion(for: text, among: choices))
            }
        default: expected(field, value.kindName, path)
        }
    }

    private mutating func notASecret(_ path: JSONPointer) {
        findings.error(
            path, "only a secret is allowed in a field that the vendor never returns",
            "declare it under \"secrets\" and write ${secrets.NAME.password}")
    }

    private mutating func checkPasswords(_ node: TemplateNode, _ field: Field, _ path: JSONPointer) {
        for reference in node.references {
            if case .secret(_, .password) = reference.source { checkSource(reference, field, path) }
        }
    }

    /// Checks references to secrets and to fields of other resources.
    private mutating func checkSource(_ reference: TemplateReference, _ field: Field, _ path: JSONPointer) {
        switch reference.source {
        case .parameter where field.isWriteOnly: notASecret(path)
        case .secret(let name, .password) where !field.isWriteOnly:
            findings.error(
                path, "a password is allowed only in a field that the vendor never returns",
                "write ${secrets.\(name).username}, or move it to such a field")
        case .resource(let key, let names):
            guard let source = template.resources.first(where: { $0.key == key }), let kind = kinds[source.kind] else {
                return
            }
            guard let name = names.first, names.count == 1, let target = kind.fields[name], !target.isWriteOnly else {
                let readable = kind.fields.filter { !$0.value.isWriteOnly }.keys
                let wanted = names.joined(separator: ".")
                findings.error(
                    path, "\(kind.name) has no field \"\(wanted)\" to read",
                    Spelling.suggestion(for: wanted, among: readable)
                        ?? "its fields are \(readable.sorted().joined(separator: ", "))")
                return
            }
            if let wanted = field.refersTo, wanted != kind.name || name != kind.idField {
                let right = template.resources.first { $0.kind == wanted }
                let suggestion = right.flatMap { right in
                    kinds[wanted].map { "write ${\(right.key).\($0.idField)}" }
                }
                findings.error(path, "this field holds the id of a \(wanted), not \(reference)", suggestion)
            }
        default: break
        }
    }

    private mutating func checkShape(
        _ reference: TemplateReference, _ field: Field, _ resource: Template.Resource, _ path: JSONPointer
    ) {
        guard let shape = shape(of: reference, seenFrom: resource) else { return }
        switch (shape, field.shape) {
        case (.string, .string), (.string, .choice), (.choice, .string), (.boolean, .boolean), (.integer, .integer),
            (.list, .list), (.object, .object), (.object, .map), (.map, .object), (.map, .map), (.number, .number),
            (.integer, .number), (.string, .scalar), (.choice, .scalar), (.boolean, .scalar), (.integer, .scalar),
            (.number, .scalar), (.scalar, .scalar):
            return
        case (.choice(let choices), .choice(let allowed)):
            let surplus = choices.filter { !allowed.contains($0) }.map { "\"\($0)\"" }
            guard !surplus.isEmpty else { return }
            findings.error(
                path,
                "\(reference) can be \(surplus.joined(separator: " and ")), and this field takes \(field.shape.title)",
                "translate its values with $select")
        case (.list, _):
            findings.error(
                path, "\(reference) is a list, and this field takes \(field.shape.title)",
                "write {\"$spread\": \"\(reference)\"} inside a list")
        default:
            findings.error(
                path, "\(reference) is \(shape.title), and this field takes \(field.shape.title)")
        }
    }

    /// Returns the shape of a reference's value; nil if it is known only in a run.
    private func shape(of reference: TemplateReference, seenFrom resource: Template.Resource) -> Field.Shape? {
        switch reference.source {
        case .parameter("numbers"): return .list(of: .string, unordered: true)
        case .parameter(let name):
            switch template.allParameters.first(where: { $0.name == name })?.type {
            case .bool?: return .boolean
            case .choice(let choices)?: return .choice(choices)
            case .string?, .id?, .country?, .host?, .uri?, .url?: return .string
            case nil: return TemplateParameter.derived.contains(name) ? .string : nil
            }
        case .secret: return .string
        case .platform, .carrier, .instances: return nil
        case .resource(let key, let names):
            guard let source = template.resources.first(where: { $0.key == key }), names.count == 1,
                let field = kinds[source.kind]?.fields[names[0]]
            else { return nil }
            return resource.refersToAll(of: source) ? .list(of: field, unordered: true) : field.shape
        }
    }
}

extension TemplateNode {
    /// Returns the nodes of a member in every branch that conditions can choose.
    fileprivate func branches(of member: String, at path: JSONPointer) -> [Place<Bool>] {
        walk(false, at: path) { step, isInside in
            switch step {
            case .condition, .choice: isInside
            case .member(member) where !isInside: true
            case .member, .element: nil
            }
        }.filter { $0.context && !$0.node.isChoice }
    }
}

extension Field.Shape {
    var title: String {
        switch self {
        case .string: "a string"
        case .boolean: "true or false"
        case .integer: "an integer"
        case .number: "a number"
        case .scalar: "a string, boolean or number"
        case .choice(let choices): "one of \(choices.joined(separator: ", "))"
        case .list: "a list"
        case .object, .map: "an object"
        }
    }
}
