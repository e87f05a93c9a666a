public import ZentrunkJSON

extension Plan: Equatable {
    /// Whether both plans say the same about the same request.
    public static func == (left: Plan, right: Plan) -> Bool { left.json == right.json }
}

extension Plan {
    /// The plan as JSON, to be stored or shown elsewhere until a person agrees: what would change and why, the request,
    /// and the digest. It has no secrets.
    public var json: JSONObject {
        var members = connection.head
        members["operation"] = .string(operation.rawValue)
        members["carrier_account"] = .string(identity.carrierAccount)
        members["platform_account"] = .string(identity.platformAccount)
        members["request"] = request.map(\.json) ?? .null
        members["options"] = .object(
            JSONObject(connection.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
        members["template"] = connection.template.map { .string($0) } ?? .null
        members["is_new"] = .bool(isNew)
        members["digest"] = .string(digest)
        members["depth"] = .integer(Int64(depth))
        members["resources"] = .array(resources.map { .object($0.wholeJSON) })
        members["collisions"] = .array(collisions.map { .object($0.json) })
        members["warnings"] = .array(warnings.map { .object($0.json) })
        members["not_restored"] = .array(losses.map { .string($0) })
        return members
    }

    /// Reads a plan that ``json`` has written.
    ///
    /// Such a plan can be shown. When it is applied, it is made again from its request, and refused if its digest has
    /// changed.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`.
    public init(json: JSONObject) throws(ZentrunkError) {
        do { try self.init(JSONCursor(.object(json))) } catch let error as ZentrunkError { throw error } catch {
            throw ZentrunkError(.invalid, "this is not a plan: \(error)", cause: error)
        }
    }

    private init(_ cursor: JSONCursor) throws {
        guard let operation = RunOperation(rawValue: try cursor.member("operation").string()) else {
            throw try cursor.member("operation").mismatch("connect or disconnect")
        }
        let platform = PlatformID(try cursor.member("platform").string())
        let name = try ConnectionName(cursor.member("connection").string())
        self.init(
            operation: operation,
            identity: ConnectionIdentity(
                carrierAccount: try cursor.member("carrier_account").string(), platform: platform,
                platformAccount: try cursor.member("platform_account").string(), name: name),
            connection: Connection(
                platform: platform, name: name, numbers: try PhoneNumber.list(cursor.member("numbers")),
                values: try cursor.member("options").members().reduce(into: [:]) { $0[$1.name] = $1.value },
                template: try cursor.memberIfPresent("template")?.string()),
            resources: try cursor.member("resources").elements().map { try PlannedResource($0) },
            collisions: try cursor.member("collisions").elements().map { try Collision($0) },
            warnings: try cursor.member("warnings").elements().map { try Warning($0) },
            losses: try cursor.member("not_restored").elements().map { try $0.string() },
            depth: Int(try cursor.member("depth").integer()), digest: try cursor.member("digest").string(),
            context: Context())
        context.asked = try cursor.memberIfPresent("request").map { try PlanRequest($0, operation) }
        context.detached = Detached(isNew: try cursor.member("is_new").bool())
    }

    /// Checks that this is the plan that was looked at.
    ///
    /// - Parameter digest: The digest of that plan; nil if none is expected.
    /// - Throws: ``ZentrunkError`` `planChanged`.
    public func check(expecting digest: String?) throws(ZentrunkError) {
        guard let digest, digest != self.digest else { return }
        throw ZentrunkError(
            .planChanged,
            "the plan changed since it was reviewed: its digest is now \(self.digest), not \(digest)",
            remedies: [.plan])
    }
}

extension Connection {
    /// The first members of plans and reports: `connection`, `platform`, `direction`, `numbers`.
    package var head: JSONObject {
        [
            "connection": .string(name.description), "platform": .string(platform.description),
            "direction": .string(direction.rawValue), "numbers": numbers.json,
        ]
    }
}

extension InstanceID {
    /// `key`, and `number` if there is one per number.
    package var json: JSONObject {
        var members: JSONObject = ["key": .string(key)]
        if let number { members["number"] = .string(number.e164) }
        return members
    }

    init(_ cursor: JSONCursor) throws {
        self.init(
            try cursor.member("key").string(),
            number: try cursor.memberIfPresent("number").map { try PhoneNumber($0.string()) })
    }
}

extension PlannedResource {
    /// The instance's members, and `kind`, `action`, `id`, `after`, `changes` and, if there is one, `note`.
    public var json: JSONObject {
        var members = instance.json
        members["kind"] = .string(kind)
        members["action"] = .string(deeds.plannedWord)
        members["id"] = id.map { .string($0) } ?? .null
        members["after"] = .array(after.map { .object($0.json) })
        members["changes"] = .array(changes.map(\.json))
        if let note { members["note"] = .string(note) }
        return members
    }

    /// The same with what else a reader of the plan may ask for.
    fileprivate var wholeJSON: JSONObject {
        var members = json
        members["needs_consent"] = .bool(needsConsent)
        members["is_route"] = .bool(isRoute)
        members["deeds"] = .array(deeds.map { .string($0.rawValue) })
        return members
    }

    fileprivate init(_ cursor: JSONCursor) throws {
        let deeds = try cursor.member("deeds").elements().map { cursor in
            guard let deed = Deed(rawValue: try cursor.string()) else { throw cursor.mismatch("a deed") }
            return deed
        }
        let action: Action =
            switch deeds.first {
            case nil: .keep
            case .make?, .setRoute?: .create
            case .change?, .moveRoute?, .putBack?, .giveBackRoute?: .update
            case .rename?: .replace
            case .remove?, .detachRoute?: .delete
            }
        self.init(
            instance: try InstanceID(cursor), kind: try cursor.member("kind").string(), action: action,
            id: try cursor.memberIfPresent("id")?.string(),
            after: try cursor.member("after").elements().map { try InstanceID($0) },
            changes: try cursor.member("changes").elements().map { try Change($0) },
            note: try cursor.memberIfPresent("note")?.string(),
            needsConsent: try cursor.member("needs_consent").bool())
        isRoute = try cursor.member("is_route").bool()
        // What is restored, and by what, is read again before the plan is carried out.
        if deeds.first?.restores == true { restoration = .values([:]) }
        if deeds.first == .detachRoute { restoration = .byDeleting(instance) }
    }
}

extension PlannedResource.Change {
    fileprivate init(_ cursor: JSONCursor) throws {
        let members = try cursor.members()
        self.init(
            path: try cursor.pointer("path"),
            from: members["from"].flatMap { $0.isNull ? nil : $0 }, to: members["to"].flatMap { $0.isNull ? nil : $0 },
            knownAfter: try cursor.memberIfPresent("known_after")?.elements().map { try $0.string() } ?? [])
    }
}

extension Collision {
    /// `what`, `id`, `message` and `remedies`.
    public var json: JSONObject {
        ["what": .string(what), "id": .string(id), "message": .string(message), "remedies": remedies.json]
    }

    fileprivate init(_ cursor: JSONCursor) throws {
        self.init(
            what: try cursor.member("what").string(), id: try cursor.member("id").string(),
            message: try cursor.member("message").string(), remedies: try [Remedy](cursor.member("remedies")))
    }
}

extension Warning {
    /// `code`, `object` with `kind` and `id`, `message` and `remedies`.
    public var json: JSONObject {
        [
            "code": .string(code.description),
            "object": object.map { ["kind": .string($0.kind), "id": .string($0.id)] } ?? .null,
            "message": .string(message), "remedies": remedies.json,
        ]
    }

    fileprivate init(_ cursor: JSONCursor) throws {
        let object = try cursor.memberIfPresent("object").map {
            RecordedObject(kind: try $0.member("kind").string(), id: try $0.member("id").string())
        }
        self.init(
            Code(try cursor.member("code").string()), try cursor.member("message").string(), about: object,
            remedies: try [Remedy](cursor.member("remedies")))
    }
}

extension JSONCursor {
    fileprivate func pointer(_ name: String) throws -> JSONPointer {
        let cursor = try member(name)
        guard let pointer = JSONPointer(try cursor.string()) else { throw cursor.mismatch("a path") }
        return pointer
    }
}
