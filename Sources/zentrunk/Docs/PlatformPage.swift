import HTTPTypes
import ZentrunkCore
import ZentrunkJSON
import ZentrunkPlivo

/// The documentation of one platform, made from its template, its kinds and its adapter's facts.
struct PlatformPage {
    private let platform: PlatformDescription
    private let template: Template
    private let sample: PairingSample

    /// - Throws: ``ZentrunkError`` when the built-in template cannot be used.
    init(_ adapter: any PlatformAdapter.Type) throws {
        platform = adapter.platform
        template = try TemplateSource.load(adapter, file: nil)
        sample = try PairingSample(adapter, template)
    }

    /// The page, in Markdown.
    var text: String {
        get throws {
            let parts = [
                head, beforeYouBegin, quickStart, parameters, refusals, warnings, try facts, try resources, try calls,
                traps,
                sources,
            ]
            return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
        }
    }

    private var head: String {
        """
        # \(platform.title)

        <!-- Made by make docs from templates/\(platform.id).json and the adapter's facts: change those, not this page. -->

        \(platform.guide.summary)

        Checked on \(platform.verified) against the sources at the end; what only a live call can settle is marked *open*.
        """
    }

    private var beforeYouBegin: String {
        let needed =
            PlivoCarrier.guide.prerequisites + platform.guide.prerequisites + [PlivoCarrier.guide.keyRights]
            + (platform.guide.keyRights.isEmpty ? [] : [platform.guide.keyRights])
        let rows = (PlivoCarrier.settings + platform.settings).map { setting in
            ["`\(setting.variable)`", setting.isRequired ? "needed" : "may be left out", setting.help]
        }
        return """
            ## Before you begin

            \(needed.map { "* \($0)" }.joined(separator: "\n"))

            \(Markdown.table(["Environment variable", "", "What it is"], rows))
            """
    }

    private var quickStart: String {
        let needed = (PlivoCarrier.settings + platform.settings).filter(\.isRequired)
        let example = platform.guide.example.isEmpty ? "" : " " + platform.guide.example
        let connection = "\(platform.id) --number +14155550100\(example)"
        return """
            ## Connect

            ```sh
            export \(needed.map { "\($0.variable)=…" }.joined(separator: " "))
            zentrunk plan    \(connection)   # reads only
            zentrunk connect \(connection)
            zentrunk disconnect \(platform.id)
            ```

            With `--sandbox` the same commands run on an imitation of both vendors, without any account.
            """
    }

    private var parameters: String {
        let rows = template.allParameters.map { parameter in
            let needed = parameter.required.map { condition in
                condition.description.isEmpty ? " Always needed." : " Needed when \(condition)."
            }
            return [
                "`\(parameter.option)`", parameter.values,
                parameter.defaultValue.map { "`\($0.string ?? $0.text())`" } ?? "",
                Markdown.sentence(parameter.help) + (needed ?? ""),
            ]
        }
        return """
            ## Parameters

            \(Markdown.table(["Option", "Values", "Default", "What it decides"], rows))

            `--set NAME=` takes a value away. Options that have nothing to do with the platform, such as `--name` and `--reroute`, \
            are told by `zentrunk connect \(platform.id) --help`.
            """
    }

    private var refusals: String {
        guard !template.refusals.isEmpty else { return "" }
        let lines = template.refusals.map { Self.line($0.condition, $0.reason, $0.source) }
        return "## What is refused\n\nBefore anything is written:\n\n" + lines.joined(separator: "\n")
    }

    private var warnings: String {
        guard !template.warnings.isEmpty else { return "" }
        let lines = template.warnings.map { Self.line($0.condition, "`\($0.code)`, \($0.reason)", $0.source) }
        return "## What is warned of\n\n" + lines.joined(separator: "\n")
    }

    private static func line(_ condition: TemplateCondition, _ reason: String, _ source: String?) -> String {
        "* When \(condition): \(reason)\(source.map { " ([source](\($0)))" } ?? "")."
    }

    private var facts: String {
        get throws {
            let columns = try sample.facts()
            let names = columns.first?.facts.map(\.name) ?? []
            guard !names.isEmpty else { return "" }
            let rows = names.map { name in
                [name.replacing("_", with: " ")]
                    + columns.map { column in
                        column.facts.first { $0.name == name }?.values.joined(separator: ", ") ?? ""
                    }
            }
            return "## Hosts and addresses\n\n"
                + Markdown.table([""] + columns.map { $0.region ?? platform.title }, rows)
        }
    }

    private var traps: String {
        guard !platform.guide.traps.isEmpty else { return "" }
        let lines = platform.guide.traps.map { "* **\($0.title).** \($0.text)" }
        return "## Traps, and where sources disagree\n\n" + lines.joined(separator: "\n")
    }

    private var sources: String {
        let known = platform.guide.sources + PlivoCarrier.guide.sources
        let guides = template.guides.filter { guide in !known.contains { $0.url == guide } }
        let lines = known.map { "* [\($0.title)](\($0.url))" } + guides.map { "* <\($0)>" }
        return "## Sources\n\n" + lines.joined(separator: "\n")
    }
}

// MARK: What is made

extension PlatformPage {
    private var resources: String {
        get throws {
            let rows = template.resources.map { resource in
                [
                    "`\(resource.key)`", sample.place(of: resource.kind),
                    resource.isPerNumber ? "once per number" : "once", resource.condition?.description ?? "always",
                ]
            }
            let graphs = try sample.directions.map { (direction: $0, graph: try sample.graph($0)) }
            guard let whole = graphs.first else { return "" }
            let partial = graphs.dropFirst().filter { $0.graph != whole.graph }.map { part in
                "<details><summary>Only \(part.direction)</summary>\n\n\(Markdown.code(part.graph, "mermaid"))\n\n</details>"
            }
            return """
                ## What is made

                With the defaults, for one number. Arrows lead from what comes first to what waits for it; on them stand the field \
                that refers and, where it has another name, the field that it takes.

                \(([Markdown.code(whole.graph, "mermaid")] + partial).joined(separator: "\n\n"))

                \(Markdown.table(["Key", "Object", "How often", "When"], rows))

                Objects are named `zc_\(platform.id)_<connection>_<key>`, at \(platform.title) followed by `_` and a tag of the Plivo account, and found again by that name.\(secrets)
                """
        }
    }

    private var secrets: String {
        guard !template.secrets.isEmpty else { return "" }
        return """
             A SIP username is random, its password is derived from it and the Plivo token and stored nowhere; both sides \
            get the same.
            """
    }

    private var calls: String {
        get throws {
            let rows = try sample.steps().map { step in
                [
                    String(step.level), step.side, "`\(step.key)`\(step.isPerNumber ? ", per number" : "")",
                    step.calls.map(Self.words).joined(separator: ", then "),
                    step.fields.map { "`\($0)`" }.joined(separator: ", "),
                ]
            }
            let kinds = sample.kinds(in: template)
            let others = kinds.map { kind in
                let always = kind.description.fields.filter { $0.value.company == .always }.keys.sorted().map {
                    "`\($0)`"
                }
                let calls = kind.calls.filter { $0.operation != .create }.map { call in
                    let more =
                        call.operation == .update && !always.isEmpty
                        ? ", always with \(always.joined(separator: ", "))" : ""
                    return "\(call.operation.words) \(Self.words(call))\(more)"
                }
                return [sample.place(of: kind.description.name), calls.joined(separator: "<br>")]
            }
            .filter { !$0[1].isEmpty }
            let roots = Set(kinds.flatMap(\.calls).compactMap { Self.root(of: $0.path) }).sorted().map {
                "In paths … stands for `\($0.replacing(PairingCatalog.placeholder, with: "{account}"))`."
            }
            return """
                ## The calls

                What the first run with the defaults writes, both directions. Steps of the same rank run side by side; a number's \
                route is set when everything else is there. \(roots.joined(separator: " "))

                \(Markdown.table(["Rank", "Side", "Resource", "Call", "Sends"], rows))

                Before it everything relevant is listed and read, afterwards everything is read back. A change is preceded by a \
                read of the object and sends the fields that differ; those that it always sends go along as far as they have values.

                \(Markdown.table(["Object", "Other calls"], others))
                """
        }
    }

    private static func words(_ call: KindCall) -> String {
        let path = root(of: call.path).map { "…/\(call.path.dropFirst($0.count))" } ?? call.path
        return "`\(call.method.rawValue) \(path)`"
    }

    /// The part of a path that ends with the account's id.
    private static func root(of path: String) -> String? {
        path.firstRange(of: PairingCatalog.placeholder + "/").map { String(path[..<$0.upperBound]) }
    }
}

extension KindCall.Operation {
    fileprivate var words: String {
        switch self {
        case .list: "list"
        case .create: "make"
        case .read: "read"
        case .update: "change"
        case .delete: "delete"
        }
    }
}

extension TemplateParameter {
    /// The option as people type it.

    fileprivate var values: String {
        switch type {
        case .choice(let choices): choices.map { "`\($0)`" }.joined(separator: ", ")
        case .bool: switches.map { "`\($0.option)`" }.joined(separator: ", ")
        case .string: "text"
        case .id: "an id"
        case .country: "a country code"
        case .host: "a SIP host"
        case .uri: "an origination URI"
        case .url: "a URL, from https:// on"
        }
    }
}

/// Pieces of Markdown.
enum Markdown {
    /// A table; a bar inside a cell does not end it.
    static func table(_ head: [String], _ rows: [[String]]) -> String {
        let lines = [head, head.map { _ in "---" }] + rows
        return lines.map { cells in
            "| " + cells.map { $0.replacing("|", with: "\\|").replacing("\n", with: " ") }.joined(separator: " | ")
                + " |"
        }
        .joined(separator: "\n")
    }

    static func code(_ text: String, _ language: String) -> String { "```\(language)\n\(text)\n```" }

    /// The text as a sentence of its own.
    static func sentence(_ text: String) -> String {
        let text = text.prefix(1).uppercased() + text.dropFirst()
        return text.isEmpty || text.hasSuffix(".") ? text : text + "."
    }
}
