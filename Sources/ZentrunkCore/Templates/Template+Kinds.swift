import ZentrunkJSON

extension Template {
    /// Checks every body against the rules of its kind: known kinds and fields, shapes, and secrets only where they belong.
    ///
    /// - Throws: ``TemplateError``.
    public func check(kinds: [KindDescription]) throws(TemplateError) {
        let byName = Dictionary(kinds.map { ($0.name, $0) }) { first, _ in first }
        for resource in resources {
            guard let kind = byName[resource.kind] else {
                throw error(
                    resource.path.appending("kind"),
                    "there is no kind \"\(resource.kind)\"\(Spelling.hint(for: resource.kind, among: byName.keys))")
            }
            let path = resource.path.appending("body")
            try check(resource.body, .object(kind.fields), kind, path, byName)
            let longest = "zc_\(pairing)__\(resource.key)".count + ConnectionName.longest
            if kind.nameField != nil, let limit = kind.longestName, longest > limit {
                throw error(
                    resource.path,
                    "with this key names have up to \(longest) characters, and \(kind.name) takes \(limit): shorten it")
            }
            if kind.role == .route, !resource.isPerNumber {
                throw error(resource.path, "a route is one number's: it needs \"each\": \"numbers\"")
            }
            for field in [kind.nameField, kind.sharesNumbers ? nil : kind.numberField].compactMap({ $0 })
            where !resource.body.memberNames.contains(field) {
                throw error(path, "\(kind.name) needs \"\(field)\", by which its objects are recognised")
            }
        }
    }

    private func check(
        _ node: TemplateNode, _ field: Field, _ kind: KindDescription, _ path: JSONPointer,
        _ kinds: [String: KindDescription]
    ) throws(TemplateError) {
        switch node {
        case .when(_, let node): try check(node, field, kind, path, kinds)
        case .select(_, let cases):
            for (name, node) in cases { try check(node, field, kind, path.appending("cases").appending(name), kinds) }
        case .object(let members): try check(members, field, kind, path, kinds)
        case .array(let nodes):
            guard case .list(let element, _) = field.shape else {
                throw error(path, "expected \(field.shape.title), found a list")
            }
            for (index, node) in nodes.enumerated() {
                if case .spread = node { continue }
                try check(node, element, kind, path.appending(index), kinds)
            }
        case .literal(let value): try check(value, field, path)
        case .reference, .text, .spread:
            for reference in node.references { try check(reference, field, path, kinds) }
        }
    }

    private func check(
        _ members: [TemplateNode.Member], _ field: Field, _ kind: KindDescription, _ path: JSONPointer,
        _ kinds: [String: KindDescription]
    ) throws(TemplateError) {
        if case .map = field.shape { return }
        guard case .object(let fields) = field.shape else {
            throw error(path, "expected \(field.shape.title), found an object")
        }
        for member in members {
            let place = path.appending(member.name)
            guard let rule = fields[member.name], !rule.isReadOnly else {
                let writable = fields.filter { !$0.value.isReadOnly }.keys
                throw error(
                    place,
                    "\(kind.name) has no field \"\(member.name)\" to write\(Spelling.hint(for: member.name, among: writable))"
                )
            }
            try check(member.node, rule, kind, place, kinds)
        }
    }

    private func check(_ value: JSONValue, _ field: Field, _ path: JSONPointer) throws(TemplateError) {
        switch (field.shape, value) {
        case (.string, .string), (.boolean, .bool), (.integer, .integer): return
        case (.choice(let choices), .string(let text)):
            guard choices.contains(text) else {
                throw error(
                    path,
                    "\"\(text)\" is none of \(choices.joined(separator: ", "))\(Spelling.hint(for: text, among: choices))"
                )
            }
        default: throw error(path, "expected \(field.shape.title), found \(value.kindName)")
        }
    }

    private func check(
        _ reference: TemplateReference, _ field: Field, _ path: JSONPointer, _ kinds: [String: KindDescription]
    ) throws(TemplateError) {
        switch reference.source {
        case .secret(_, .password) where !field.isWriteOnly:
            throw error(path, "a password may stand only in a field that the vendor never returns")
        case .resource(let key, let names):
            guard let kindName = resources.first(where: { $0.key == key })?.kind, let kind = kinds[kindName] else {
                return
            }
            guard let name = names.first, names.count == 1, let target = kind.fields[name], !target.isWriteOnly else {
                let readable = kind.fields.filter { !$0.value.isWriteOnly }.keys
                let wanted = names.joined(separator: ".")
                throw error(
                    path,
                    "\(kind.name) has no field \"\(wanted)\" to read\(Spelling.hint(for: wanted, among: readable))")
            }
        default: break
        }
    }
}

extension Field.Shape {
    var title: String {
        switch self {
        case .string: "a string"
        case .boolean: "true or false"
        case .integer: "an integer"
        case .choice(let choices): "one of \(choices.joined(separator: ", "))"
        case .list: "a list"
        case .object, .map: "an object"
        }
    }
}
