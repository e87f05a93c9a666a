import ZentrunkJSON

/// Every choice of parameters on which a template's conditions can turn, as far as choices are few.
struct TemplateCombinations {
    /// The most combinations that are tried; a template with more is not tried at all.
    private static let limit = 5000

    struct Combination {
        var values: [String: JSONValue]
        /// Numbers that the template does not refuse with these values.
        var numbers: [String]
    }

    private let template: Template

    init(_ template: Template) { self.template = template }

    /// What may be asked for: nothing that is needed is missing, and nothing is refused.
    func allowed() -> [Combination] {
        complete().map { values in
            let numbers = numbers.filter { number in
                !template.refusals.contains { $0.condition.holds(values.merging(["number": number]) { $1 }) }
            }
            return Combination(values: values, numbers: numbers.compactMap(\.string))
        }
        .filter { !$0.numbers.isEmpty }
    }

    /// Whether a refusal's condition can come true at all.
    func canHold(_ condition: TemplateCondition) -> Bool {
        let every = complete()
        return every.isEmpty
            || every.contains { values in
                numbers.contains { condition.holds(values.merging(["number": $0]) { $1 }) }
            }
    }

    /// Combinations in which every parameter has a value that needs one.
    private func complete() -> [[String: JSONValue]] {
        let read = template.parametersRead
        let parameters = template.allParameters
        var combinations: [[String: JSONValue]] = [[:]]
        for parameter in parameters where read.contains(parameter.name) {
            let domain = domain(parameter)
            guard combinations.count * domain.count <= Self.limit else { return [] }
            combinations = combinations.flatMap { values in
                domain.map { value in
                    var values = values
                    values[parameter.name] = value
                    return values
                }
            }
        }
        // What no condition reads is given or left out all together.
        let rest = parameters.filter { !read.contains($0.name) }
        return combinations.flatMap { values in
            [false, true].map { isGiven in
                var values = values
                values["connection"] = "main"
                for parameter in rest {
                    let isNeeded = parameter.required?.holds(values) ?? false
                    values[parameter.name] =
                        parameter.defaultValue ?? (isGiven || isNeeded ? domain(parameter).last ?? .none : .none)
                }
                return values
            }
        }
        .filter { values in
            !parameters.contains { values[$0.name] == nil && ($0.required?.holds(values) ?? false) }
        }
    }

    /// The values that tell conditions apart; what can be absent is nil first.
    private func domain(_ parameter: TemplateParameter) -> [JSONValue?] {
        let absent: [JSONValue?] = parameter.defaultValue == nil ? [.none] : []
        switch parameter.type {
        case .bool: return absent + [false, true]
        case .choice(let choices): return absent + choices.map { .string($0) }
        case .string, .host, .uri:
            // A text can always be taken away again, whatever its default is.
            return [.none] + samples(parameter.name, "sample.example.com").map { $0 }
        }
    }

    private var numbers: [JSONValue] { samples("number", "+14155550100") }

    /// One text that no condition names, and one for each that a condition asks for.
    private func samples(_ name: String, _ plain: String) -> [JSONValue] {
        var texts = [plain]
        for clause in template.conditions.flatMap(\.clauses) where clause.parameter == name {
            for pattern in clause.alternatives.compactMap(\.templateText) {
                let text = pattern.drop { $0 == "!" }
                var sample = String(text.drop { $0 == "*" })
                if sample.last == "*" { sample = sample.dropLast() + (name == "number" ? "4155550100" : "") }
                if !sample.isEmpty, !texts.contains(sample) { texts.append(sample) }
            }
        }
        return texts.map { .string($0) }
    }
}

extension Template {
    /// Every condition of the template.
    var conditions: [TemplateCondition] {
        parameters.compactMap(\.required) + secrets.compactMap(\.condition) + refusals.map(\.condition)
            + resources.compactMap(\.condition) + resources.flatMap(\.body.conditions)
    }

    /// Parameters that conditions and selections read.
    var parametersRead: Set<String> {
        Set(conditions.flatMap(\.parameters)).union(resources.flatMap(\.body.selections))
    }
}

extension TemplateNode {
    /// The conditions inside.
    var conditions: [TemplateCondition] {
        switch self {
        case .literal, .reference, .text, .spread: []
        case .object(let members): members.flatMap(\.node.conditions)
        case .array(let nodes): nodes.flatMap(\.conditions)
        case .when(let condition, let node): [condition] + node.conditions
        case .select(_, let cases): cases.values.flatMap(\.conditions)
        }
    }

    /// The parameters by which something inside is selected.
    var selections: [String] {
        switch self {
        case .literal, .reference, .text, .spread: []
        case .object(let members): members.flatMap(\.node.selections)
        case .array(let nodes): nodes.flatMap(\.selections)
        case .when(_, let node): node.selections
        case .select(let parameter, let cases): [parameter] + cases.values.flatMap(\.selections)
        }
    }
}
