@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// A block of JSON: any document, a template, or a document or an event that the command prints.
struct JSONBlock {
    let page: Page
    let block: CodeBlock
    let checkout: Checkout

    func findings() throws -> [Finding] {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: block.text)
        } catch {
            return [finding("\(error)", line: error.line)]
        }
        let members = Set((document.object ?? [:]).names)
        if members.isSuperset(of: ["pairing", "resources"]) { return templateFindings() }
        let page = try checkout.text("docs/json.md")
        if let event = document["event"]?.string { return try eventFindings(event, members, page) }
        guard members.contains("outcome") else { return [] }
        let known = page.split(separator: "\n").map { Self.names($0.split(separator: "|").last ?? "") }
        return known.contains(members) ? [] : [finding("docs/json.md has no command that prints these members")]
    }

    private func templateFindings() -> [Finding] {
        do {
            _ = try Template(parsing: Array(block.text.utf8), file: page.path, base: PlivoAccount.templateBase)
            return []
        } catch {
            return [finding("\(error)", line: error.position?.line ?? 1)]
        }
    }

    private func eventFindings(_ event: String, _ members: Set<String>, _ page: String) throws -> [Finding] {
        let rows = page.split(separator: "| Event |").last?.split(separator: "\n") ?? []
        guard let row = rows.first(where: { $0.hasPrefix("| `\(event)` |") }) else {
            return [finding("docs/json.md has no event \(event)")]
        }
        // A member that is named in passing, such as one of `waiting`'s reasons, is harmless here.
        let known = Self.names(row).union(["event", "time", "run"])
        let others = members.subtracting(known).sorted()
        let missing = Set(["event", "time", "run"]).subtracting(members).sorted()
        guard others.isEmpty, missing.isEmpty else {
            return [finding("the event has \(others) in addition, and lacks \(missing)")]
        }
        return []
    }

    private static func names(_ text: Substring) -> Set<String> {
        Set(text.matches(of: /`([^`]+)`/).map { String($0.output.1) })
    }

    /// - Parameter line: The line of the block, from 1.
    private func finding(_ text: String, line: Int = 1) -> Finding {
        Finding(page: page.path, line: block.line + line - 1, text: text)
    }
}
