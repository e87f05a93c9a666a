import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

extension TemplateNode {
    /// The body with its references resolved to instances without a number.
    static func settled(_ body: String) throws -> TemplateNode? {
        let values = TemplateValues(parameters: [:]) { key, field in
            InstanceReference(key: key, field: field[0], targets: [InstanceID(key)], isList: false)
        }
        return try values.settled(TemplateNode(JSONCursor(JSONValue(parsing: body))))
    }
}
