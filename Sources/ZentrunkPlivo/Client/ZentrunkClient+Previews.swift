@_spi(Adapter) import ZentrunkCore
public import ZentrunkJSON

/// Previews of writes, for dry runs. They send reads only.
extension ZentrunkClient {
    /// Returns the members of a new trunk.
    ///
    /// - Throws: `ZentrunkError` as creating it does before the write: `collision` if the name is taken.
    public func preview(_ draft: Trunk.Draft) async throws -> JSONObject {
        try await trunks.preview(draft.body, name: draft.name)
    }

    /// Returns the members of a new credential, without its password.
    ///
    /// - Throws: `ZentrunkError` as creating it does before the write: `collision` if the name is taken.
    public func preview(_ draft: SIPCredential.Draft) async throws -> JSONObject {
        try admit(draft.login)
        return try await credentials.preview(draft.body, name: draft.name)
    }

    /// Returns the members of a new origination URI, without its password.
    ///
    /// - Throws: `ZentrunkError` as creating it does before the write: `collision` if the name is taken.
    public func preview(_ draft: OriginationURIRecord.Draft) async throws -> JSONObject {
        admit(draft.login)
        return try await uris.preview(draft.body, name: draft.name)
    }

    /// Returns the members of a new access list.
    ///
    /// - Throws: `ZentrunkError` as creating it does before the write: `collision` if the name is taken.
    public func preview(_ draft: IPAccessControlList.Draft) async throws -> JSONObject {
        try await accessLists.preview(draft.body, name: draft.name)
    }
}

extension ZentrunkCollection {
    /// Checks a name as creating and updating do.
    ///
    /// - Parameters:
    ///   - name: The intended name.
    ///   - object: The object to be renamed; nil for a new one.
    /// - Throws: `ZentrunkError` `invalid` for an invalid name, `collision` if another object has it.
    public func checkName(_ name: String, of object: Object? = nil) async throws {
        guard name != object?.name else { return }
        try Self.check(name)
        try await refuseTwin(of: name, but: object?.id)
    }

    func preview(_ body: JSONObject, name: String) async throws -> JSONObject {
        try await checkName(name)
        return JSONObject(
            body.filter { kind.description.fields[$0.name]?.isWriteOnly != true }.map { ($0.name, $0.value) })
    }
}
