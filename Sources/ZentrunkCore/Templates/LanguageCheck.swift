import ZentrunkJSON

/// The template rules that do not depend on kinds: names, conditions, references, selections, and resources that depend
/// on one another in a cycle.
package struct LanguageCheck {
    package private(set) var findings: TemplateFindings
    private let template: Template
    private let names: TemplateReader.Names
    /// Names that conditions and references may use.
    private let known: Set<String>

    package init(_ reader: TemplateReader) {
        template = reader.template
        names = reader.names
        findings = reader.findings
        known = names.parameters.union(template.allParameters.map(\.name)).union(TemplateParameter.derived)
    }

    package mutating func run() {
        checkHead()
        for parameter in template.parameters { check(parameter) }
        for name in names.parameters.sorted()
        where TemplateParameter.derived.contains(name) || !OwnedName.isLongKey(name) {
            findings.error(
                JSONPointer(["parameters", name]), "a parameter cannot have this name",
                "use 2 to 40 of a-z, 0-9 and hyphen, and none of \(TemplateParameter.derived.joined(separator: ", "))")
        }
        for secret in template.secrets {
            let path = JSONPointer(["secrets", secret.name])
            if !OwnedName.isKey(secret.name) {
                findings.error(path, "a secret cannot have this name", "use 1 to 16 of a-z, 0-9 and hyphen")
            }
            if let condition = secret.condition { check(condition, path.appending("when"), .whole) }
        }
        for (index, refusal) in template.refusals.enumerated() {
            check(refusal.condition, JSONPointer(["refuse", String(index), "when"]), .number)
        }
        for (index, warning) in template.warnings.enumerated() {
            let path = JSONPointer(["warn", String(index)])
            if !OwnedName.isLongKey(warning.code) {
                findings.error(
                    path.appending("code"), "a code cannot be \"\(warning.code)\"",
                    "use 2 to 40 of a-z, 0-9 and hyphen")
            }
            check(warning.condition, path.appending("when"), .whole)
        }
        for resource in template.resources { check(resource) }
        checkCircles()
    }

    private mutating func checkHead() {
        let pairing = template.pairing.description
        if !pairing.isEmpty, !OwnedName.isKey(pairing) {
            findings.error(
                JSONPointer(["pairing"]), "\"\(pairing)\" is not a valid platform name",
                "use 1 to 16 of a-z, 0-9 and hyphen")
        }
        if !template.verified.isEmpty, Day(template.verified) == nil {
            findings.error(
                JSONPointer(["verified"]), "\"\(template.verified)\" is not a valid date",
                "write year, month and day as in 2026-11-22")
        }
        for (index, guide) in template.guides.enumerated() where !guide.hasPrefix("https://") {
            findings.error(
                JSONPointer(["guides", String(index)]), "a guide is a page that people can open",
                "write its address, from https:// on")
        }
    }

    private mutating func check(_ parameter: TemplateParameter) {
        let path = JSONPointer(["parameters", parameter.name])
        if case .choice(let choices) = parameter.type {
            if choices.isEmpty || Set(choices).count != choices.count || choices.contains("") {
                findings.error(
                    path.appending("choices"), "choices are one or more different texts, none of them empty")
            }
        }
        if let variable = parameter.environment, !variable.isVariableName {
            findings.error(
                path.appending("environment"), "\"\(variable)\" is not a valid name of an environment variable",
                "use capital letters, digits and underscores")
        }
        if let required = parameter.required { check(required, path.appending("required"), .whole) }
        if parameter.isKept, parameter.choices != nil || parameter.defaultValue != nil {
            findings.error(
                path.appending("kept"), "a parameter with a default or with choices always has a value: none is kept",
                "leave kept out")
        }
        // The engine reads these parameters: another type would change their meaning.
        guard let builtIn = TemplateParameter.builtIn.first(where: { $0.name == parameter.name }) else { return }
        switch (builtIn.type, parameter.type) {
        case (.choice(let meant), .choice(let choices)):
            for choice in choices where !meant.contains(choice) {
                findings.error(
                    path.appending("choices"), "\(parameter.name) cannot be \"\(choice)\" in any pairing",
                    Spelling.suggestion(for: choice, among: meant) ?? "choose among \(meant.joined(separator: ", "))")
            }
        case (let meant, let type) where meant != type:
            findings.error(
                path.appending("type"), "\(parameter.name) is known to every pairing and has another type",
                "give the parameter another name")
        default: break
        }
    }

    private mutating func check(_ resource: Template.Resource) {
        if !OwnedName.isKey(resource.key) || ["secrets", "platform", "carrier"].contains(resource.key) {
            findings.error(
                resource.path,
                "a key has 1 to 16 of a-z, 0-9 and hyphen, and is not secrets, platform or carrier")
        }
        if let condition = resource.condition { check(condition, resource.path.appending("when"), .whole) }
        for (index, key) in resource.after.enumerated() where !names.resources.contains(key) {
            findings.error(
                resource.path.appending("after").appending(index), "unknown resource \"\(key)\"",
                Spelling.suggestion(for: key, among: names.resources))
        }
        checkBody(of: resource)
    }
}

// MARK: Conditions

extension LanguageCheck {
    /// What a condition may refer to in addition to parameters.
    private enum Scope {
        /// The connection as a whole.
        case whole
        /// One of its numbers.
        case number
        /// The body of a resource that exists once.
        case body
        /// The body of a resource that exists once per number.
        case numberBody
    }

    private mutating func check(_ condition: TemplateCondition, _ path: JSONPointer, _ scope: Scope) {
        for clause in condition.clauses {
            let place = path.appending(clause.parameter)
            guard known.contains(clause.parameter) else {
                findings.error(
                    place, "unknown parameter \"\(clause.parameter)\"",
                    Spelling.suggestion(for: clause.parameter, among: known))
                continue
            }
            switch (clause.parameter, scope) {
            case ("number", .whole):
                findings.error(
                    place, "number has no value here: this is decided once for all numbers",
                    "ask for it in \"refuse\", or by $when in the body of a resource with \"each\": \"numbers\"")
            case ("number", .body):
                findings.error(
                    place, "number has a value only in a resource with \"each\": \"numbers\"",
                    "add \"each\": \"numbers\" to the resource")
            case ("name", .whole), ("name", .number):
                findings.error(place, "name has a value only inside a body", "ask for connection")
            case ("numbers", _):
                findings.error(place, "numbers is a list and cannot be compared", "ask for number")
            default: checkValues(clause, place)
            }
        }
    }

    /// Checks that the parameter can have the values. Otherwise the condition never holds or, negated, always does.
    private mutating func checkValues(_ clause: TemplateCondition.Clause, _ place: JSONPointer) {
        guard let parameter = template.allParameters.first(where: { $0.name == clause.parameter }),
            let choices = parameter.choices
        else { return }
        for (index, alternative) in clause.alternatives.enumerated() {
            let here = clause.alternatives.count > 1 ? place.appending(index) : place
            guard let pattern = alternative.templateText else {
                if parameter.defaultValue != nil {
                    findings.error(here, "\(parameter.name) has a default and is never absent", "leave null out")
                }
                continue
            }
            let text = String(pattern.drop { $0 == "!" })
            if !choices.contains(where: { TemplateCondition.matches($0, .string(text)) }) {
                findings.error(
                    here, "\(parameter.name) can never be \"\(text)\"",
                    Spelling.suggestion(for: text, among: choices) ?? "it is one of \(choices.joined(separator: ", "))")
            }
        }
    }
}

// MARK: Bodies

extension LanguageCheck {
    private mutating func checkBody(of resource: Template.Resource) {
        for place in resource.body.walk(at: resource.path.appending("body")) {
            for reference in place.node.ownReferences { check(reference, resource, place.path) }
            if case .when(let condition, _) = place.node {
                check(condition, place.path.appending("$when"), resource.isPerNumber ? .numberBody : .body)
            }
            if let (parameter, values) = place.node.selection { checkSelection(parameter, values, place.path) }
        }
    }

    private mutating func checkSelection(_ name: String, _ cases: Set<String>, _ path: JSONPointer) {
        guard known.contains(name) else {
            findings.error(
                path.appending("$select"), "unknown parameter \"\(name)\"",
                Spelling.suggestion(for: name, among: known))
            return
        }
        let parameter = template.allParameters.first { $0.name == name }
        guard parameter != nil || TemplateParameter.derived.contains(name) else { return }
        guard let choices = parameter?.choices else {
            findings.error(
                path.appending("$select"), "\(name) can be any text, so no cases cover it",
                "select by a parameter of type choice or bool")
            return
        }
        for missing in choices where !cases.contains(missing) {
            findings.error(
                path.appending("cases"), "no case for \(name) \"\(missing)\"", "add \"\(missing)\": …")
        }
        for surplus in cases.sorted() where !choices.contains(surplus) {
            findings.error(
                path.appending("cases").appending(surplus), "\(name) can never be \"\(surplus)\"",
                Spelling.suggestion(for: surplus, among: choices) ?? "remove the case")
        }
    }

    private mutating func check(
        _ reference: TemplateReference, _ resource: Template.Resource, _ path: JSONPointer
    ) {
        switch reference.source {
        case .parameter("number") where !resource.isPerNumber:
            findings.error(
                path, "${number} has a value only in a resource with \"each\": \"numbers\"",
                "add \"each\": \"numbers\" to the resource, or write ${numbers}")
        case .parameter(let name) where !known.contains(name):
            findings.error(
                path, "unknown parameter \"\(name)\"", Spelling.suggestion(for: name, among: known))
        case .resource(let key, _) where !names.resources.contains(key):
            findings.error(
                path, "unknown resource \"\(key)\"",
                Spelling.suggestion(for: key, among: names.resources.union(["platform", "carrier", "secrets"])))
        case .secret(let name, _) where !names.secrets.contains(name):
            findings.error(
                path, "unknown secret \"\(name)\"", Spelling.suggestion(for: name, among: names.secrets))
        default: break
        }
    }

    // MARK: Cycles

    private mutating func checkCircles() {
        var finished: Set<String> = []
        for resource in template.resources { visit(resource.key, [], &finished) }
    }

    private mutating func visit(_ key: String, _ trail: [String], _ finished: inout Set<String>) {
        guard !finished.contains(key), let resource = template.resources.first(where: { $0.key == key }) else { return }
        if let start = trail.firstIndex(of: key) {
            let circle = (trail[start...] + [key]).joined(separator: " → ")
            findings.error(
                resource.path, "resources depend on each other in a cycle: \(circle)",
                "remove one of these references, or its key from \"after\"")
            return
        }
        for next in resource.prerequisites(of: resource.body) { visit(next, trail + [key], &finished) }
        finished.insert(key)
    }
}

extension TemplateParameter {
    /// The texts that a value can have, if there is a fixed set of them.
    var choices: [String]? {
        switch type {
        case .choice(let choices): choices
        case .bool: ["true", "false"]
        default: nil
        }
    }
}

extension OwnedName {
    /// Whether the text is a valid parameter name, which is an option on the command line.
    static func isLongKey(_ text: String) -> Bool {
        (2...40).contains(text.utf8.count) && text.allSatisfy(ConnectionName.isAllowed) && text.first != "-"
    }
}

extension String {
    package var isVariableName: Bool {
        !isEmpty && first?.isNumber == false
            && allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }
    }
}
