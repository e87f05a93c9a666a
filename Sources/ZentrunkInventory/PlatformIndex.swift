@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// The objects of one account at a platform, by number and by reference, so that those about a number are found without a
/// search.
struct PlatformIndex {
    /// An object with what it says about calls.
    struct Entry {
        var item: Inventory.Item
        var object: LiveObject
        var terms: SIPTerms
        /// The keys of the objects that its fields refer to.
        var references: [String]
        var isInbound: Bool
    }

    let place: InventorySource.Place
    private(set) var entries: [String: Entry] = [:]
    /// The keys of all objects in the order in which they were read.
    private(set) var order: [String] = []
    /// Objects about inbound calls, by a number that they name.
    private(set) var byNumber: [PhoneNumber: [String]] = [:]
    /// Objects about inbound calls of every number, by an object that they refer to.
    private var referring: [String: [String]] = [:]
    /// Objects about inbound calls of every number that refer to no other.
    private(set) var global: [String] = []
    /// The number of references to each object.
    private(set) var uses: [String: Int] = [:]
    /// The kinds that others refer to.
    private(set) var referredKinds: Set<String> = []

    init(_ place: InventorySource.Place, item: (KindDescription, LiveObject) -> Inventory.Item) {
        self.place = place
        let facts = place.platform.facts
        let inbound = Set(facts.inboundKinds)
        for kind in place.kinds {
            referredKinds.formUnion(kind.references.map(\.kind))
            for object in place.objects[kind.name] ?? [] {
                let terms = facts.terms(kind.name, object)
                let references = kind.references.flatMap { field, target in
                    object.ids(in: field).filter { !$0.isEmpty }.map { "\(target)/\($0)" }
                }
                let entry = Entry(
                    item: item(kind, object), object: object, terms: terms, references: references,
                    isInbound: inbound.contains(kind.name) && terms.inbound != nil)
                let key = entry.item.key
                guard entries.updateValue(entry, forKey: key) == nil else { continue }
                order.append(key)
                for reference in references { uses[reference, default: 0] += 1 }
                guard entry.isInbound else { continue }
                add(key, entry, kind)
            }
        }
    }

    private mutating func add(_ key: String, _ entry: Entry, _ kind: KindDescription) {
        let numbers = kind.numbers(of: entry.object)
        guard numbers.isEmpty else {
            for number in numbers { byNumber[number, default: []].append(key) }
            return
        }
        // An empty list of numbers means every number. A kind without numbers is reached by a reference only.
        guard kind.numberField != nil, kind.sharesNumbers else { return }
        if entry.references.isEmpty { global.append(key) }
        for reference in entry.references { referring[reference, default: []].append(key) }
    }

    /// Returns the objects about inbound calls of a number: those that name it, what they refer to, and the objects about
    /// every number that refer to one of these, or to none.
    func group(of number: PhoneNumber) -> [Entry] {
        guard let own = byNumber[number] else { return [] }
        var keys: [String] = []
        var known: Set<String> = []
        func add(_ key: String) { if entries[key] != nil, known.insert(key).inserted { keys.append(key) } }
        own.forEach(add)
        var next = 0
        while next < keys.count {
            let key = keys[next]
            next += 1
            entries[key]?.references.forEach(add)
            referring[key]?.forEach(add)
        }
        global.forEach(add)
        return keys.compactMap { entries[$0] }
    }

    /// The objects that take calls to every number from everywhere, without asking who calls.
    var open: [Entry] {
        order.compactMap { entries[$0] }.filter { entry in
            guard entry.isInbound, let terms = entry.terms.inbound, terms.answer == nil,
                let kind = place.kinds.first(where: { $0.name == entry.item.kind }), kind.sharesNumbers
            else { return false }
            return kind.numbers(of: entry.object).isEmpty && terms.networks == nil && terms.username == nil
        }
    }
}

extension [PlatformIndex.Entry] {
    /// What answers calls, in words; nil if no object says.
    var answer: String? {
        let answers = compactMap { $0.terms.inbound?.answer }
        for answer in answers { if case .agents(let agents) = answer { return agents.joined(separator: ", ") } }
        for answer in answers { if case .elsewhere(let text) = answer { return text } }
        for answer in answers { if case .nothing(let text) = answer { return text } }
        return nil
    }

    /// The reason why nothing answers; nil if something does, or if it is not known.
    var silence: String? {
        let answers = compactMap { $0.terms.inbound?.answer }
        let reasons = answers.compactMap { if case .nothing(let text) = $0 { text } else { nil } }
        return reasons.count == answers.count ? reasons.first : nil
    }
}
