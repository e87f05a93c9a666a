@_spi(Adapter) import ZentrunkCore
import ZentrunkInventory
import ZentrunkPages
@_spi(Adapter) import ZentrunkPlivo

/// The rows of an inventory, for a terminal and for a page.
struct InventoryRows {
    let inventory: Inventory

    static let numberTitles = ["NUMBER", "PLIVO SENDS CALLS TO", "HOST", "PLATFORM", "ANSWERS", "CONNECTION"]
    static let dialTitles = ["PLATFORM OBJECT", "DIALS", "TRUNK", "LOGIN", "CONNECTION"]

    /// The platform's name.
    private func title(_ platform: PlatformID) -> String {
        AdapterRegistry.all.first { $0.platform.id == platform }?.platform.title ?? platform.description
    }

    var numbers: [[String]] {
        inventory.numbers.map { number in
            let target = number.targets.first { !$0.isFallback }
            let platform = target?.platform
            // Without its keys, a platform's objects are not known.
            let isRead = platform.map { id in inventory.places.contains { $0.platform == id } } ?? false
            let record = number.records.first { $0.platform == platform }
            return [
                number.number.e164, route(number), target?.host ?? target?.text ?? "-",
                platform.map { title($0) } ?? (target == nil ? "-" : "another"),
                record?.answer ?? (platform == nil ? "-" : isRead ? "not stated" : "not queried"),
                number.connection?.description ?? "-",
            ]
        }
    }

    private func route(_ number: Inventory.Number) -> String {
        if !number.isOnAccount { return "not on the account" }
        if let trunk = number.trunk { return "trunk \(trunk.name ?? trunk.id)" }
        if let id = number.lostTrunk { return "trunk \(id), which does not exist" }
        return number.application.map { "application \($0)" } ?? "nothing"
    }

    var dialling: [[String]] {
        inventory.dialling.map { dialling in
            [
                "\(dialling.item.platform.map { title($0) } ?? "") \(dialling.item.title) \(dialling.item.name ?? dialling.item.id)",
                dialling.address, dialling.trunk.map { $0.name ?? $0.id } ?? "does not exist",
                dialling.logins.isEmpty
                    ? "-" : dialling.logins.map { "\($0.title) \($0.name ?? $0.id)" }.joined(separator: ", "),
                dialling.connection?.description ?? "-",
            ]
        }
    }

    /// `3 numbers, 2 trunks, 5 objects at Vapi`
    var summary: String {
        let carrier = inventory.items.count { $0.side == .carrier }
        let places = inventory.places.map { place in
            let count = inventory.items.count { $0.platform == place.platform && $0.account == place.account }
            return "\(count.counted("object")) at \(place.title) (\(place.account))"
        }
        return (["\(carrier.counted("object")) at Plivo (\(inventory.carrierAccount))"] + places).joined(
            separator: ", ")
    }
}

/// An inventory as tables, and its findings with the next steps.
struct InventoryText {
    let lines: [String]

    init(_ inventory: Inventory, _ style: Style) {
        let rows = InventoryRows(inventory: inventory)
        var lines = [rows.summary]
        func add(_ title: String, _ header: [String], _ rows: [[String]]) {
            guard !rows.isEmpty else { return }
            var table = TextTable(header: header, width: TextTable.terminalWidth)
            table.rows = rows
            lines += ["", style.strong(title)] + table.lines
        }
        add("Inbound", InventoryRows.numberTitles, rows.numbers)
        add("Outbound", InventoryRows.dialTitles, rows.dialling)
        lines += ["", style.strong("Findings")]
        if inventory.findings.isEmpty { lines.append("  \(style.good("✓")) none") }
        for finding in inventory.findings {
            let mark = finding.weight == .problem ? style.bad("✗") : style.warning("!")
            lines.append("  \(mark) \(finding.message)")
            lines += RemedyText.current.steps(finding.remedies).map { "      next: \($0)" }
        }
        self.lines = lines
    }
}

/// An inventory as one self-contained page.
struct InventoryPage {
    let text: String

    init(_ inventory: Inventory) {
        let rows = InventoryRows(inventory: inventory)
        let problems = inventory.findings.count { $0.weight == .problem }
        var content: [HTML] = [
            .tiles([
                (title: "numbers", value: "\(inventory.numbers.count)"),
                (title: "trunks", value: "\(inventory.items.count { $0.kind == "zentrunk.trunk" })"),
                (title: "problems", value: "\(problems)"),
                (title: "notes", value: "\(inventory.findings.count - problems)"),
            ]),
            .section(
                "Findings",
                inventory.findings.isEmpty
                    ? [.element("p", "Nothing was found that does not fit.")] : inventory.findings.map(Self.finding)),
        ]
        func add(_ title: String, _ header: [String], _ rows: [[String]]) {
            guard !rows.isEmpty else { return }
            let cells = rows.map { row in
                row.enumerated().map { column, text -> HTML.Cell in
                    // Numbers do not wrap; names of objects may.
                    column == 0 && text.first == "+" ? .word(text) : .text(text)
                }
            }
            content.append(.section(title, [.table(header.map { $0.capitalised }, cells)]))
        }
        add("Inbound: where numbers lead", InventoryRows.numberTitles, rows.numbers)
        add("Outbound: what platforms dial", InventoryRows.dialTitles, rows.dialling)
        text =
            Page(
                title: "Inventory of Zentrunk and voice platforms", subtitle: rows.summary, content: content,
                footer: "Made by zentrunk \(Version.text) from the lists of both sides. It has no passwords."
            ).text
    }

    private static func finding(_ finding: Inventory.Finding) -> HTML {
        let steps = RemedyText.current.steps(finding.remedies).map { step in
            HTML.element(
                "p", ["class": "note"],
                [.text("Next: "), step.hasPrefix("zentrunk ") ? .element("code", step) : .text(step)])
        }
        return .element(
            "div", ["class": finding.weight == .problem ? "finding" : "finding info"],
            [
                .element(
                    "p", [.element("b", finding.weight == .problem ? "Problem: " : "Note: "), .text(finding.message)])
            ] + steps)
    }
}

extension String {
    /// The text in lower case, except for its first letter and names.
    fileprivate var capitalised: String {
        let text = lowercased().replacing("plivo", with: "Plivo")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
