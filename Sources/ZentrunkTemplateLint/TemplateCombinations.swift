@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// All choices of parameters that a template's conditions distinguish, up to a limit.
struct TemplateCombinations {
    /// The limit of combinations; a template with more is not tried.
    private static let limit = 20_000

    struct Combination {
        var values: [String: JSONValue]
        /// Numbers that the template does not refuse with these values.
        var numbers: [PhoneNumber]
    }

    /// The combinations with all required values that the template does not refuse; nil above the limit.
    let allowed: [Combination]?
    /// Indices of refusals whose condition never holds.
    let idleRefusals: [Int]

    init(_ template: Template) {
        guard let complete = Self.complete(template) else {
            allowed = nil
            idleRefusals = []
            return
        }
        // Parsed once, because thousands of combinations use them. No connection can have a sample that is not a number.
        let numbers = Self.samples(of: "number", "+14155550100", template).compactMap { try? PhoneNumber($0) }
        var idle = Set(template.refusals.indices)
        var allowed: [Combination] = []
        for values in complete {
            let kept = numbers.filter { number in
                let own = values.merging(["number": .string(number.description)]) { $1 }
                let holding = template.refusals.indices.filter { template.refusals[$0].condition.holds(own) }
                idle.subtract(holding)
                return holding.isEmpty
            }
            if !kept.isEmpty { allowed.append(Combination(values: values, numbers: kept)) }
        }
        self.allowed = allowed
        idleRefusals = idle.sorted()
    }

    /// Returns the combinations in which every required parameter has a value; nil above the limit.
    private static func complete(_ template: Template) -> [[String: JSONValue]]? {
        let read = template.parametersRead
        let parameters = template.allParameters
        var combinations: [[String: JSONValue]] = [["connection": "main"]]
        for parameter in parameters where read.contains(parameter.name) {
            let domain = domain(of: parameter, template)
            guard combinations.count * domain.count <= limit else { return nil }
            combinations = combinations.flatMap { values in
                domain.map { value in
                    var values = values
                    values[parameter.name] = value
                    return values
                }
            }
        }
        // Parameters that no condition reads are either all given or all absent.
        let rest = parameters.filter { !read.contains($0.name) }
            .map { (parameter: $0, sample: domain(of: $0, template).last ?? .none) }
        let isOpen = rest.contains { $0.parameter.defaultValue == nil }
        return combinations.flatMap { values in
            (isOpen ? [false, true] : [false]).map { isGiven in
                var values = values
                for (parameter, sample) in rest {
                    let isNeeded = isGiven || parameter.required?.holds(values) ?? false
                    values[parameter.name] = parameter.defaultValue ?? (isNeeded ? sample : .none)
                }
                return values
            }
        }
        .filter { values in
            !parameters.contains { values[$0.name] == nil && ($0.required?.holds(values) ?? false) }
        }
    }

    /// Returns the values that conditions distinguish, starting with nil for an optional parameter.
    private static func domain(of parameter: TemplateParameter, _ template: Template) -> [JSONValue?] {
        let absent: [JSONValue?] = parameter.defaultValue == nil ? [.none] : []
        switch parameter.type {
        case .bool: return absent + [false, true]
        case .choice(let choices): return absent + choices.map { .string($0) }
        case .string, .id, .country, .host, .uri, .url:
            // A text can always be unset, even if it has a default.
            return [.none] + samples(of: parameter.name, "sample.example.com", template).map { .string($0) }
        }
    }

    /// Returns one text that no condition names, and one for each pattern of a condition.
    private static func samples(of name: String, _ plain: String, _ template: Template) -> [String] {
        var texts = [plain]
        for clause in template.conditions.flatMap(\.clauses) where clause.parameter == name {
            for pattern in clause.alternatives.compactMap(\.templateText) {
                let text = pattern.drop { $0 == "!" }
                var sample = String(text.drop { $0 == "*" })
                // A number with this prefix still has to be a valid number.
                if sample.last == "*" { sample = sample.dropLast() + (name == "number" ? "4155550100" : "") }
                if !sample.isEmpty, !texts.contains(sample) { texts.append(sample) }
            }
        }
        return texts
    }
}

extension Template {
    /// Every condition of the template.
    var conditions: [TemplateCondition] {
        parameters.compactMap(\.required) + secrets.compactMap(\.condition) + refusals.map(\.condition)
            + warnings.map(\.condition)
            + resources.compactMap(\.condition) + resources.flatMap(\.body.conditions)
    }

    /// Parameters that conditions and selections read.
    var parametersRead: Set<String> {
        Set(conditions.flatMap(\.parameters)).union(resources.flatMap(\.body.selections))
    }
}

extension TemplateNode {
    /// The conditions inside.
    fileprivate var conditions: [TemplateCondition] {
        walk().compactMap { if case .when(let condition, _) = $0.node { condition } else { nil } }
    }

    /// The parameters by which something inside is selected.
    fileprivate var selections: [String] { walk().compactMap(\.node.selection?.parameter) }
}
