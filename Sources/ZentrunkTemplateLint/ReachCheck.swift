@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// The checks that try every choice of parameters: missing values, facts that no adapter provides, and parts of the
/// template that no choice reaches.
struct ReachCheck {
    private(set) var findings = TemplateFindings()
    private let template: Template
    private let parameters: [TemplateParameter]
    /// The facts of platform and carrier; nil if the platform refuses the connection.
    private let facts: (Connection) -> (platform: JSONValue, carrier: JSONValue)?
    /// Parameters that the adapter reads, even if the template does not.
    private let adapterParameters: Set<String>

    private var reached: Set<JSONPointer> = []
    private var known: Set<TemplateReference.Source> = []
    private var statedFacts: Set<String> = []
    private var missingFacts: [(path: JSONPointer, reference: TemplateReference)] = []
    private var rejected: Set<JSONPointer> = []

    init(
        _ template: Template, adapterParameters: Set<String>,
        facts: @escaping (Connection) -> (platform: JSONValue, carrier: JSONValue)?
    ) {
        self.template = template
        parameters = template.allParameters
        self.adapterParameters = adapterParameters
        self.facts = facts
    }

    mutating func run() {
        checkUse()
        let combinations = TemplateCombinations(template)
        for index in combinations.idleRefusals {
            findings.warn(
                JSONPointer(["refuse", String(index), "when"]), "this is never refused: the condition cannot hold")
        }
        guard let allowed = combinations.allowed else {
            return findings.warn(
                JSONPointer(["parameters"]),
                "conditions read too many parameters to try every choice: check by hand that every reference has a value"
            )
        }
        guard !allowed.isEmpty else {
            return findings.warn(JSONPointer(["refuse"]), "every choice of parameters is refused")
        }
        for combination in allowed {
            let connection = Connection(
                platform: template.pairing, name: .main, numbers: combination.numbers, values: combination.values)
            guard let facts = facts(connection) else { continue }
            statedFacts.formUnion((facts.platform.object?.names ?? []).map { "platform." + $0 })
            statedFacts.formUnion((facts.carrier.object?.names ?? []).map { "carrier." + $0 })
            visit(combination, facts)
        }
        checkReach()
        checkFacts()
    }

    private mutating func checkUse() {
        let referred = Set(template.resources.flatMap(\.body.references).map(\.source))
        for parameter in template.parameters {
            let isUsed =
                referred.contains(.parameter(parameter.name)) || template.parametersRead.contains(parameter.name)
            // The engine reads the parameters of every pairing.
            let isKnown =
                adapterParameters.contains(parameter.name)
                || TemplateParameter.builtIn.contains { $0.name == parameter.name }
            if !isUsed, !isKnown {
                findings.warn(
                    JSONPointer(["parameters", parameter.name]), "nothing reads this parameter",
                    "take it out, or refer to it as ${\(parameter.name)}")
            }
        }
        for secret in template.secrets
        where !referred.contains(.secret(secret.name, .username)) && !referred.contains(.secret(secret.name, .password))
        {
            findings.warn(
                JSONPointer(["secrets", secret.name]), "nothing uses this secret",
                "take it out, or refer to it as ${secrets.\(secret.name).username}")
        }
    }

    // MARK: One combination

    private struct Surroundings {
        var values: [String: JSONValue]
        var keys: Set<String>
        var secrets: Set<String>
        var platform: JSONValue
        var carrier: JSONValue

        /// Whether this combination reaches the part of a body.
        func leads(_ step: TemplateNode.Step) -> Bool {
            switch step {
            case .member, .element: true
            case .condition(let condition): condition.holds(values)
            case .choice(let parameter, let value): values[parameter]?.templateText == value
            }
        }
    }

    private mutating func visit(
        _ combination: TemplateCombinations.Combination, _ facts: (platform: JSONValue, carrier: JSONValue)
    ) {
        let values = combination.values
        let active = template.resources.filter { $0.condition?.holds(values) ?? true }
        let secrets = template.secrets.filter { $0.condition?.holds(values) ?? true }
        var surroundings = Surroundings(
            values: values, keys: Set(active.map(\.key)), secrets: Set(secrets.map(\.name)), platform: facts.platform,
            carrier: facts.carrier)
        surroundings.values["name"] = "zc"
        surroundings.values["numbers"] = .array(combination.numbers.map { .string($0.description) })
        for secret in secrets { reached.insert(JSONPointer(["secrets", secret.name])) }
        for resource in active {
            reached.insert(resource.path)
            for number in resource.isPerNumber ? combination.numbers.map(\.description) : [""] {
                surroundings.values["number"] = resource.isPerNumber ? .string(number) : .none
                visit(resource.body, surroundings, resource.path.appending("body"))
            }
        }
    }

    private mutating func visit(_ body: TemplateNode, _ around: Surroundings, _ path: JSONPointer) {
        let places = body.walk((), at: path) { step, _ in around.leads(step) ? () : nil }
        for place in places {
            for reference in place.node.ownReferences { visit(reference, around, place.path) }
            if case .when(let condition, _) = place.node, condition.holds(around.values) {
                reached.insert(place.path.appending("$when"))
            }
        }
    }

    private mutating func visit(_ reference: TemplateReference, _ around: Surroundings, _ path: JSONPointer) {
        switch reference.source {
        case .platform(let name): note(reference, around.platform[JSONPointer(name)], path)
        case .carrier(let name): note(reference, around.carrier[JSONPointer(name)], path)
        case .parameter(let name):
            let parameter = parameters.first { $0.name == name }
            guard !reference.isOptional, let parameter, parameter.defaultValue == nil, around.values[name] == nil
            else { return }
            reject(
                path, "\(reference) has no value when \(name) is not given",
                "write ${\(name)?}, or say when it is needed: \"required\": {} in the parameter means always")
        case .resource(let key, let field) where !around.keys.contains(key):
            guard !reference.isOptional else { return }
            let condition = template.resources.first { $0.key == key }?.condition
            reject(
                path,
                "\(reference) has no value\(Self.circumstance(condition, around.values)): \(key) does not exist then",
                "write ${\(([key] + field).joined(separator: "."))?}, or put this under the same condition")
        case .secret(let name, let part) where !around.secrets.contains(name):
            guard !reference.isOptional else { return }
            let condition = template.secrets.first { $0.name == name }?.condition
            reject(
                path,
                "\(reference) has no value\(Self.circumstance(condition, around.values)): the secret does not exist then",
                "write ${secrets.\(name).\(part.rawValue)?}, or put this under the same condition")
        case .resource, .instances, .secret: return
        }
    }

    private mutating func note(_ reference: TemplateReference, _ value: JSONValue?, _ path: JSONPointer) {
        if let value, !value.isNull {
            known.insert(reference.source)
        } else {
            missingFacts.append((path, reference))
        }
    }

    private mutating func reject(_ path: JSONPointer, _ message: String, _ suggestion: String) {
        if rejected.insert(path).inserted { findings.error(path, message, suggestion) }
    }

    /// Returns ` when authentication is credentials`, for the first clause that does not hold.
    private static func circumstance(_ condition: TemplateCondition?, _ values: [String: JSONValue]) -> String {
        guard let clause = condition?.clauses.first(where: { !$0.holds(values) }) else { return "" }
        guard let value = values[clause.parameter]?.templateText else {
            return " when \(clause.parameter) is not given"
        }
        return " when \(clause.parameter) is \(value)"
    }

    // MARK: All combinations

    private mutating func checkReach() {
        for resource in template.resources {
            guard reached.contains(resource.path) else {
                findings.warn(resource.path, "no choice of parameters creates this resource")
                continue
            }
            for place in resource.body.walk(at: resource.path.appending("body")) {
                guard case .when = place.node else { continue }
                let path = place.path.appending("$when")
                if !reached.contains(path) { findings.warn(path, "this condition never holds here") }
            }
        }
        for secret in template.secrets where !reached.contains(JSONPointer(["secrets", secret.name])) {
            findings.warn(JSONPointer(["secrets", secret.name]), "no choice of parameters creates this secret")
        }
    }

    private mutating func checkFacts() {
        for (path, reference) in missingFacts {
            let name = String(reference.description.dropFirst(2).dropLast(reference.isOptional ? 2 : 1))
            if !known.contains(reference.source) {
                let side = name.prefix { $0 != "." }
                findings.error(
                    path, "the \(side) provides no value \"\(name)\"",
                    Spelling.suggestion(for: name, among: statedFacts)
                        ?? "it provides \(statedFacts.filter { $0.hasPrefix(side) }.sorted().joined(separator: ", "))")
            } else if !reference.isOptional {
                reject(path, "\(reference) is not provided for every choice of parameters", "write ${\(name)?}")
            }
        }
    }
}
