@_spi(Adapter) package import ZentrunkCore
package import ZentrunkJSON

extension ResourceKind {
    /// Changes an object as a person does at the vendor, without the program. Fields that every update must include keep
    /// their values.
    package func changeByHand(_ live: LiveObject, _ changes: JSONObject) async throws {
        var changes = changes
        for (name, field) in description.fields where field.isAlwaysSent && changes[name] == nil {
            if let value = live.fields[name], !value.isNull { changes[name] = value }
        }
        try await update(live, changes)
    }
}
