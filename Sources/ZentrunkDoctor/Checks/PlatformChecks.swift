@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkJSON

/// The checks of a platform's objects.
struct PlatformChecks {
    let side: Halves.Side
    let numbers: [PhoneNumber]
    /// Whether inbound calls lead to the platform.
    let takesCalls: Bool
    /// Whether the objects are those of a connection of ours, whose description says what is meant.
    let isOurs: Bool
    /// The connection of ours that takes the numbers' calls, if the objects show it.
    var connection: Remedy.Target?

    private var title: String { side.description.title }

    private var site: CheckSite { CheckSite(stage: .platform, owner: .platformConfig, link: .platform) }

    var checks: [DoctorCheck] {
        if let error = side.error { return [site.unread("objects", title, because: error)] }
        let missing = takesCalls && !isOurs ? numbers.flatMap(objects) : []
        return missing + side.conflicts.map(conflict) + side.objects.flatMap(object)
            + (takesCalls ? side.objects.compactMap(answer) : [])
    }

    /// Whether there is an object of every kind that an inbound call to the number needs.
    private func objects(_ number: PhoneNumber) -> [DoctorCheck] {
        let site = self.site.calls(.inbound).about(number.e164)
        let chain = side.chain(of: number)
        return side.facts.inboundKinds.map { name in
            let what = side.titles[name] ?? name
            guard !chain.contains(where: { $0.kind.name == name }) else {
                return site.pass("\(what.word).present", "\(title) has a \(what) for \(number)")
            }
            return site.fail(
                "\(what.word).present", "\(title) has no \(what) for calls to \(number)",
                remedies: [remedy(what, number)])
        }
    }

    /// What gives a number its objects: the connection adds them. Without a connection only a person knows its values.
    private func remedy(_ what: String, _ number: PhoneNumber) -> Remedy {
        connection.map { .connecting($0, number) }
            ?? .advice("create a \(what) for \(number) at \(title), or route the number elsewhere")
    }

    /// Objects that interfere with each other. Which one is meant to stay only a person knows, so nothing deletes one.
    private func conflict(
        _ pair: (object: Halves.PlatformObject, other: Halves.PlatformObject, conflict: Conflict)
    ) -> DoctorCheck {
        let (object, other) = (pair.object, pair.other)
        return site.calls(.inbound).about(object.live.id).check(
            "\(object.kind.title.word).conflict", pair.conflict.reach == .everyCall ? .fail : .unknown,
            finding: pair.conflict.message, evidence: [object.label, other.label],
            remedies: [
                .advice(
                    "keep one of \(object.label) and \(other.label) at \(title), and delete the other or take the number out of it"
                )
            ])
    }

    private func object(_ object: Halves.PlatformObject) -> [DoctorCheck] {
        let site = self.site.about(object.live.id)
        let what = object.kind.title.word
        let faulty = object.terms.inbound == nil && !object.terms.outbound.isEmpty ? site.calls(.outbound) : site
        var checks = object.terms.faults.map { faulty.fail("\(what).state", "\(object.label) \($0)", evidence: [$0]) }
        // A number without its plus may not match what the carrier sends.
        if let field = object.kind.numberField {
            let bare = object.live.ids(in: field).filter { !$0.hasPrefix("+") }
            if !bare.isEmpty {
                checks.append(
                    site.calls(.inbound).warn(
                        "\(what).number",
                        "\(object.label) has \(bare.joined(separator: ", ")) without a plus, and calls are looked up by the number with its plus",
                        evidence: bare))
            }
        }
        guard !isOurs else { return checks }
        return checks
            + object.kind.diversions.compactMap { diversion in
                diversion.sentence(about: object.live.fields).map { sentence in
                    site.calls(.inbound).warn(
                        "\(what).diversion", "\(object.label): \(sentence)",
                        remedies: diversion.remedy.map { [$0] } ?? [])
                }
            }
    }

    /// What answers inbound calls, if the object says so.
    private func answer(_ object: Halves.PlatformObject) -> DoctorCheck? {
        guard let answer = object.terms.inbound?.answer else { return nil }
        let site = self.site.at(.agent).calls(.inbound).about(object.live.id)
        switch answer {
        case .agents(let agents): return site.pass("answer", "\(agents.joined(separator: ", ")) answers")
        case .elsewhere(let words): return site.check("answer", isOurs ? .pass : .warn, finding: words)
        case .nothing(let words):
            return site.fail(
                "answer", "\(object.label): \(words)",
                remedies: isOurs
                    ? [.connect(.init(side.description.id, .main), side.description.example)]
                    : [.advice("choose what answers calls in \(object.label) at \(title)")])
        }
    }
}

extension Halves.Side {
    /// The titles of the kinds of the objects that were read.
    var titles: [String: String] {
        Dictionary(objects.map { ($0.kind.name, $0.kind.title) }) { first, _ in first }
            .merging(facts.inboundKinds.map { ($0, $0.split(separator: ".").last.map(String.init) ?? $0) }) {
                known, _ in
                known
            }
    }

    /// The objects that a call to the number passes: those with the number, those that they reference, and those that
    /// reference them.
    func chain(of number: PhoneNumber) -> [Halves.PlatformObject] {
        var chain = objects.filter { $0.kind.numbers(of: $0.live).contains(number) && $0.terms.inbound != nil }
        if chain.isEmpty {
            // An object without numbers of its own takes every number.
            chain = objects.filter { object in
                facts.inboundKinds.first == object.kind.name && object.kind.sharesNumbers
                    && object.kind.numbers(of: object.live).isEmpty
            }
        }
        var isSettled = false
        while !isSettled {
            isSettled = true
            for object in objects where !chain.contains(where: { $0.live.id == object.live.id }) {
                guard chain.contains(where: { object.references($0) || $0.references(object) }) else { continue }
                chain.append(object)
                isSettled = false
            }
        }
        // A rule without trunks applies to all of them.
        return chain
            + objects.filter { object in
                let fields = object.kind.references.map(\.field)
                return !fields.isEmpty && object.kind.sharesNumbers
                    && fields.allSatisfy { object.live.ids(in: $0).isEmpty }
                    && !chain.contains { $0.live.id == object.live.id }
            }
    }
}

extension Halves.PlatformObject {
    /// Whether a field that holds ids, according to the kind, holds that object's.
    func references(_ other: Halves.PlatformObject) -> Bool {
        kind.references.contains { $0.kind == other.kind.name && live.ids(in: $0.field).contains(other.live.id) }
    }
}

extension Remedy {
    /// The command that adds a number to a connection and routes it there. What else the connection has stays.
    static func connecting(_ connection: Target, _ number: PhoneNumber) -> Remedy {
        .carrier(
            "connect", connection.platform.description, "--name", connection.name.description, "--number", number.e164,
            "--reroute")
    }
}

extension String {
    /// The text as a part of a check's id: `phone-number`.
    var word: String { lowercased().replacing(" ", with: "-") }
}
