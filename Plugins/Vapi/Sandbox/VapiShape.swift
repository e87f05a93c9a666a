import ZentrunkJSON
import ZentrunkSandbox

/// The allowed members of a body, with the errors for other bodies.
///
/// Vapi uses a whitelist: unknown members are refused by name, at any depth.
struct VapiShape: Sendable {
    indirect enum Rule: Sendable {
        case text(length: ClosedRange<Int> = 0...10_000)
        case truth
        case number(ClosedRange<Double>)
        case choice([String])
        case object(VapiShape)
        case list(VapiShape)
        /// A list whose elements are not checked.
        case objects
        case anything
    }

    var fields: [String: Rule]
    var required: [String] = []

    /// Returns one sentence for each fault.
    func complaints(about members: JSONObject, at path: String = "") -> [String] {
        var complaints = members.names.filter { fields[$0] == nil }.map { "\(path)property \($0) should not exist" }
        complaints += required.filter { members[$0] == nil }.map { "\(path)\($0) must be given" }
        for (name, value) in members {
            if let rule = fields[name] { complaints += Self.complaints(about: value, by: rule, at: path + name) }
        }
        return complaints
    }

    private static func complaints(about value: JSONValue, by rule: Rule, at path: String) -> [String] {
        switch rule {
        case .text(let length):
            guard let text = value.string else { return ["\(path) must be a string"] }
            if text.count < length.lowerBound {
                return ["\(path) must be longer than or equal to \(length.lowerBound) characters"]
            }
            return text.count > length.upperBound
                ? ["\(path) must be shorter than or equal to \(length.upperBound) characters"] : []
        case .truth: return value.bool == nil ? ["\(path) must be a boolean value"] : []
        case .number(let range):
            guard let number = value.number else { return ["\(path) must be a number"] }
            if number < range.lowerBound { return ["\(path) must not be less than \(Int(range.lowerBound))"] }
            return number > range.upperBound ? ["\(path) must not be greater than \(Int(range.upperBound))"] : []
        case .choice(let choices):
            return choices.contains(value.string ?? "")
                ? [] : ["\(path) must be one of the following values: \(choices.joined(separator: ", "))"]
        case .object(let shape):
            guard let members = value.object else { return ["\(path) must be an object"] }
            return shape.complaints(about: members, at: path + ".")
        case .list(let shape):
            guard let elements = value.array else { return ["\(path) must be an array"] }
            return elements.enumerated().flatMap { index, element in
                element.object.map { shape.complaints(about: $0, at: "\(path).\(index).") }
                    ?? ["\(path).\(index) must be an object"]
            }
        case .objects: return value.array == nil ? ["\(path) must be an array"] : []
        case .anything: return value.object == nil ? ["\(path) must be an object"] : []
        }
    }
}
