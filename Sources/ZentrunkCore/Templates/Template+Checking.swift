import ZentrunkJSON

extension Template {
    func error(_ path: JSONPointer, _ message: String) -> TemplateError {
        TemplateError(file: file, position: nil, path: path, message: message)
    }

    /// Names, conditions and references, and that resources do not wait for one another in a circle.
    func checkLanguage() throws(TemplateError) {
        let keys = Set(resources.map(\.key))
        let known = Set(allParameters.map(\.name)).union(TemplateParameter.derived)
        for parameter in parameters
        where TemplateParameter.derived.contains(parameter.name) || !OwnedName.isLongKey(parameter.name) {
            throw error(JSONPointer(["parameters", parameter.name]), "a parameter cannot have this name")
        }
        for parameter in parameters {
            if let required = parameter.required {
                try check(required, known, JSONPointer(["parameters", parameter.name, "required"]))
            }
        }
        for secret in secrets {
            if let condition = secret.condition {
                try check(condition, known, JSONPointer(["secrets", secret.name, "when"]))
            }
        }
        for (index, refusal) in refusals.enumerated() {
            try check(refusal.condition, known, JSONPointer(["refuse", String(index), "when"]))
        }
        for resource in resources {
            guard OwnedName.isKey(resource.key), !["secrets", "platform", "carrier"].contains(resource.key) else {
                throw error(
                    resource.path, "a key has 1 to 16 of a-z, 0-9 and hyphen, and is not secrets, platform or carrier")
            }
            if let condition = resource.condition { try check(condition, known, resource.path.appending("when")) }
            for key in resource.after where !keys.contains(key) {
                throw error(
                    resource.path.appending("after"),
                    "there is no resource \"\(key)\"\(Spelling.hint(for: key, among: keys))")
            }
            try check(resource.body, resource, keys, known, resource.path.appending("body"))
        }
        try checkCycles()
    }

    private func check(_ condition: TemplateCondition, _ known: Set<String>, _ path: JSONPointer) throws(TemplateError)
    {
        for name in condition.parameters where !known.contains(name) {
            throw error(
                path.appending(name), "there is no parameter \"\(name)\"\(Spelling.hint(for: name, among: known))")
        }
    }

    private func check(
        _ node: TemplateNode, _ resource: Resource, _ keys: Set<String>, _ known: Set<String>, _ path: JSONPointer
    ) throws(TemplateError) {
        switch node {
        case .literal: break
        case .reference(let reference), .spread(let reference): try check(reference, resource, keys, known, path)
        case .text: for reference in node.references { try check(reference, resource, keys, known, path) }
        case .object(let members):
            for member in members { try check(member.node, resource, keys, known, path.appending(member.name)) }
        case .array(let nodes):
            for (index, node) in nodes.enumerated() { try check(node, resource, keys, known, path.appending(index)) }
        case .when(let condition, let node):
            try check(condition, known, path.appending("$when"))
            try check(node, resource, keys, known, path)
        case .select(let parameter, let cases):
            guard known.contains(parameter) else {
                throw error(
                    path.appending("$select"),
                    "there is no parameter \"\(parameter)\"\(Spelling.hint(for: parameter, among: known))")
            }
            for (name, node) in cases {
                try check(node, resource, keys, known, path.appending("cases").appending(name))
            }
            guard let choices = allParameters.first(where: { $0.name == parameter })?.choices else { break }
            if let missing = choices.first(where: { cases[$0] == nil }) {
                throw error(path.appending("cases"), "there is no case for \(parameter) \"\(missing)\"")
            }
        }
    }

    private func check(
        _ reference: TemplateReference, _ resource: Resource, _ keys: Set<String>, _ known: Set<String>,
        _ path: JSONPointer
    ) throws(TemplateError) {
        switch reference.source {
        case .parameter("number") where !resource.isPerNumber:
            throw error(path, "${number} has a value only in a resource with \"each\": \"numbers\"")
        case .parameter(let name) where !known.contains(name):
            throw error(path, "there is no parameter \"\(name)\"\(Spelling.hint(for: name, among: known))")
        case .resource(let key, _) where !keys.contains(key):
            throw error(path, "there is no resource \"\(key)\"\(Spelling.hint(for: key, among: keys))")
        case .secret(let name, _) where !secrets.contains { $0.name == name }:
            throw error(path, "there is no secret \"\(name)\"\(Spelling.hint(for: name, among: secrets.map(\.name)))")
        default: break
        }
    }

    private func checkCycles() throws(TemplateError) {
        var finished: Set<String> = []
        for resource in resources { try visit(resource.key, [], &finished) }
    }

    private func visit(_ key: String, _ trail: [String], _ finished: inout Set<String>) throws(TemplateError) {
        guard !finished.contains(key), let resource = resources.first(where: { $0.key == key }) else { return }
        if let start = trail.firstIndex(of: key) {
            let circle = (trail[start...] + [key]).joined(separator: " → ")
            throw error(resource.path, "resources wait for one another in a circle: \(circle)")
        }
        for next in resource.prerequisites { try visit(next, trail + [key], &finished) }
        finished.insert(key)
    }
}

extension Template.Resource {
    /// Keys of the resources that have to be there first.
    var prerequisites: [String] {
        var keys = after
        for reference in body.references {
            if case .resource(let key, _) = reference.source, !keys.contains(key) { keys.append(key) }
        }
        return keys
    }
}

extension TemplateParameter {
    /// The texts that a value can have, when they are few.
    var choices: [String]? {
        switch type {
        case .choice(let choices): choices
        case .bool: ["true", "false"]
        default: nil
        }
    }
}

extension OwnedName {
    /// Whether the text can be a parameter's name, an option on the command line.
    static func isLongKey(_ text: String) -> Bool {
        (2...40).contains(text.utf8.count) && text.allSatisfy(ConnectionName.isAllowed) && text.first != "-"
    }
}
