import ZentrunkCore
public import ZentrunkJSON

/// What a write would send, for dry runs. Nothing but reads is sent.
extension ZentrunkClient {
    /// The members of a new trunk.
    ///
    /// - Throws: `ZentrunkError` as creating it does before anything is sent: `collision` when the name is taken.
    public func preview(_ draft: Trunk.Draft) async throws -> JSONObject {
        try await trunks.preview(draft.body, name: draft.name)
    }

    /// The members of a new credential, without its password.
    ///
    /// - Throws: `ZentrunkError` as creating it does before anything is sent: `collision` when the name is taken.
    public func preview(_ draft: SIPCredential.Draft) async throws -> JSONObject {
        try admit(draft.login)
        return try await credentials.preview(draft.body, name: draft.name)
    }

    /// The members of a new origination URI, without its password.
    ///
    /// - Throws: `ZentrunkError` as creating it does before anything is sent: `collision` when the name is taken.
    public func preview(_ draft: OriginationURIRecord.Draft) async throws -> JSONObject {
        admit(draft.login)
        return try await uris.preview(draft.body, name: draft.name)
    }

    /// The members of a new access list.
    ///
    /// - Throws: `ZentrunkError` as creating it does before anything is sent: `collision` when the name is taken.
    public func preview(_ draft: IPAccessControlList.Draft) async throws -> JSONObject {
        try await accessLists.preview(draft.body, name: draft.name)
    }
}

extension ZentrunkCollection {
    /// Refuses a name that an object cannot have, or that another one has, as creating and updating do.
    ///
    /// - Parameter object: The one that is renamed; nil for a new one.
    /// - Throws: `ZentrunkError` `invalid` and `collision`.
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
