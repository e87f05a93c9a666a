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

    private var title: String { side.description.title }

    var checks: [DoctorCheck] {
        if let error = side.error {
            return [DoctorCheck(unread: "platform.objects", .platform, "\(title)", error, at: .platform)]
        }
        let missing = takesCalls && !isOurs ? numbers.flatMap(objects) : []
        return missing + side.objects.flatMap(object) + (takesCalls ? answers : [])
    }

    private func check(
        _ id: String, _ status: DoctorCheck.Status, _ finding: String, _ remedies: [Remedy] = [],
        evidence: [String] = [], owner: Cause.Owner = .platformConfig, at link: DoctorCheck.Link = .platform,
        _ direction: Cause.Direction = .any, about object: String? = nil
    ) -> DoctorCheck {
        DoctorCheck(
            "platform.\(id)", .platform, status, finding, evidence: evidence, owner: owner, remedies: remedies,
            at: link,
            direction, about: object)
    }

    /// Whether there is an object of every kind that an inbound call to the number needs.
    private func objects(_ number: PhoneNumber) -> [DoctorCheck] {
        let chain = side.chain(of: number)
        return side.facts.inboundKinds.map { name in
            let what = side.titles[name] ?? name
            guard !chain.contains(where: { $0.kind.name == name }) else {
                return check("\(what.word).present", .pass, "\(title) has a \(what) for \(number)", .inbound)
            }
            return check(
                "\(what.word).present", .fail, "\(title) has no \(what) for calls to \(number)",
                [.connect(.init(side.description.id, .main), side.description.example)], .inbound,
                about: number.e164)
        }
    }

    private func check(
        _ id: String, _ status: DoctorCheck.Status, _ finding: String, _ direction: Cause.Direction
    ) -> DoctorCheck {
        check(id, status, finding, [], at: .platform, direction)
    }

    private func object(_ object: Halves.PlatformObject) -> [DoctorCheck] {
        var checks: [DoctorCheck] = []
        for fault in object.terms.faults {
            checks.append(
                check(
                    "\(object.kind.title.word).state", .fail, "\(object.label) \(fault)", evidence: [fault],
                    owner: .platformConfig, about: object.live.id))
        }
        // A number without its plus may not match what the carrier sends.
        if let field = object.kind.numberField {
            let bare = object.live.ids(in: field).filter { !$0.hasPrefix("+") }
            if !bare.isEmpty {
                checks.append(
                    check(
                        "\(object.kind.title.word).number", .warn,
                        "\(object.label) has \(bare.joined(separator: ", ")) without a plus, and calls are looked up by the number with its plus",
                        evidence: bare, .inbound, about: object.live.id))
            }
        }
        if !isOurs {
            checks += object.kind.diversions.compactMap { diversion in
                diversion.sentence(about: object.live.fields).map { sentence in
                    check(
                        "\(object.kind.title.word).diversion", .warn, "\(object.label): \(sentence)",
                        diversion.remedy.map { [$0] } ?? [], .inbound, about: object.live.id)
                }
            }
        }
        return checks
    }

    /// What answers inbound calls.
    private var answers: [DoctorCheck] {
        side.objects.compactMap { object in
            guard let answer = object.terms.inbound?.answer else { return nil }
            let target = Remedy.Target(side.description.id, .main)
            switch answer {
            case .agents(let agents):
                return check(
                    "answer", .pass, "\(agents.joined(separator: ", ")) answers", at: .agent, .inbound,
                    about: object.live.id)
            case .elsewhere(let words):
                return check(
                    "answer", isOurs ? .pass : .warn, words, at: .agent, .inbound, about: object.live.id)
            case .nothing(let words):
                return check(
                    "answer", .fail, "\(object.label): \(words)",
                    isOurs ? [] : [.connect(target, side.description.example)],
                    at: .agent, .inbound, about: object.live.id)
            }
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

extension String {
    /// The text as a part of a check's id: `phone-number`.
    var word: String { lowercased().replacing(" ", with: "-") }
}
