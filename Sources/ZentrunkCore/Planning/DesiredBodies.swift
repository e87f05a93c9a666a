import ZentrunkJSON

/// The bodies that a plan aims at, with placeholders for values that become known in a later step.
struct DesiredBodies {
    /// The description of the objects; nil if everything is removed.
    let blueprint: Blueprint?
    /// The usernames of secrets that stay valid, by secret.
    var usernames: [String: String] = [:]
    /// What the plan does to the objects, as far as it is decided.
    var planned: [InstanceID: PlannedResource] = [:]

    /// Returns the body of an instance.
    ///
    /// - Throws: ``ZentrunkError`` `invalid` if a value is absent that is not optional.
    func body(of instance: Blueprint.Instance) throws(ZentrunkError) -> JSONObject {
        let value = try instance.body.value { (reference) throws(ZentrunkError) in
            switch reference.source {
            case .instances(let meant): self.value(of: meant)
            case .secret(let name, .username) where has(name):
                usernames[name].map { .string($0) } ?? Pending.value(after: ["secrets.\(name)"])
            // The value is never compared or shown; only its presence matters.
            case .secret(let name, .password) where has(name): Pending.value(after: ["secrets.\(name)"])
            case .secret, .parameter, .platform, .carrier, .resource: nil
            }
        }
        return value?.object ?? [:]
    }

    private func has(_ secret: String) -> Bool { blueprint?.secrets.contains(secret) == true }

    private func value(of reference: InstanceReference) -> JSONValue? {
        reference.value { target in
            guard let planned = planned[target] else { return Pending.value(after: [target.description]) }
            return planned.deeds.contains(.make)
                ? Pending.value(after: [target.description]) : planned.live?.fields[reference.field]
        }
    }
}
