import ZentrunkJSON
import ZentrunkSandbox

/// The allowed members of a body, read as the framework behind the live service reads it: unknown members are silently
/// dropped, and each fault is reported with its location and an echo of the input.
struct ElevenLabsShape: Sendable {
    indirect enum Rule: Sendable {
        case text
        case truth
        case texts
        case textMap
        /// The value that identifies this variant of a union.
        case literal(String)
        case choice([String])
        case choices([String])
        case count(ClosedRange<Int64>)
        case object(ElevenLabsShape)
        /// An object, or null, whose members are not checked.
        case anything
        case nullable(Rule)
    }

    /// The result of reading a body.
    struct Reading {
        /// The known members, at every depth.
        var members = JSONObject()
        var faults: [JSONValue] = []
        /// Notes on members that were dropped, and on deprecated ones.
        var notes: [String] = []
    }

    var fields: [String: Rule]
    var required: [String] = []
    var deprecated: Set<String> = []

    func read(_ value: JSONValue, at location: [JSONValue], named path: String = "") -> Reading {
        var reading = Reading()
        guard case .object(let members) = value else {
            reading.faults = [
                ElevenLabsRefusal.fault(
                    "model_attributes_type", at: location, "Input should be a valid dictionary or object", input: value)
            ]
            return reading
        }
        for name in required where members[name] == nil {
            reading.faults.append(
                ElevenLabsRefusal.fault("missing", at: location + [.string(name)], "Field required", input: value))
        }
        for (name, member) in members {
            guard let rule = fields[name] else {
                reading.notes.append("\(path)\(name) is not a documented field; it was dropped")
                continue
            }
            if deprecated.contains(name) { reading.notes.append("\(path)\(name) is deprecated") }
            read(member, by: rule, name, at: location + [.string(name)], path, into: &reading)
        }
        return reading
    }

    private func read(
        _ value: JSONValue, by rule: Rule, _ name: String, at location: [JSONValue], _ path: String,
        into reading: inout Reading
    ) {
        switch rule {
        case .nullable where value.isNull: reading.members[name] = value
        case .nullable(let rule): read(value, by: rule, name, at: location, path, into: &reading)
        case .object(let shape):
            let inner = shape.read(value, at: location, named: path + name + ".")
            reading.members[name] = .object(inner.members)
            reading.faults += inner.faults
            reading.notes += inner.notes
        case .text, .truth, .texts, .textMap, .literal, .choice, .choices, .count, .anything:
            reading.faults += Self.faults(value, by: rule, at: location)
            reading.members[name] = value
        }
    }

    private static func faults(_ value: JSONValue, by rule: Rule, at location: [JSONValue]) -> [JSONValue] {
        func fault(_ type: String, _ message: String) -> [JSONValue] {
            [ElevenLabsRefusal.fault(type, at: location, "Input should be \(message)", input: value)]
        }
        func each(_ rule: Rule) -> [JSONValue] {
            guard let elements = value.array else { return fault("list_type", "a valid list") }
            return elements.enumerated().flatMap {
                faults($1, by: rule, at: location + [.integer(Int64($0))])
            }
        }
        switch rule {
        case .text: return value.string == nil ? fault("string_type", "a valid string") : []
        case .truth: return value.bool == nil ? fault("bool_type", "a valid boolean") : []
        case .literal(let literal):
            return value == .string(literal) ? [] : fault("literal_error", "'\(literal)'")
        case .choice(let choices):
            guard choices.contains(where: { value == .string($0) }) else {
                return fault("enum", choices.map { "'\($0)'" }.joined(separator: " or "))
            }
            return []
        case .count(let range):
            guard let count = value.integer else { return fault("int_type", "a valid integer") }
            return range.contains(count)
                ? [] : fault("less_than_equal", "between \(range.lowerBound) and \(range.upperBound)")
        case .anything:
            return value.object == nil && !value.isNull ? fault("dict_type", "a valid dictionary") : []
        case .texts: return each(.text)
        case .choices(let choices): return each(.choice(choices))
        case .textMap:
            guard let members = value.object else { return fault("dict_type", "a valid dictionary") }
            return members.flatMap { faults($0.value, by: .text, at: location + [.string($0.name)]) }
        case .object, .nullable: return []
        }
    }
}
