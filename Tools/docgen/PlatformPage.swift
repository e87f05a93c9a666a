import HTTPTypes
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkPairings
@_spi(Adapter) import ZentrunkPlivo

/// The page of one platform, made from its template, its kinds, its adapter's facts and its guide.
struct PlatformPage {
    private let platform: PlatformDescription
    private let template: Template
    private let sample: PairingSample

    private let guide: Guide
    private let carrier: Guide

    /// - Parameters:
    ///   - guide: The platform's guide.
    ///   - carrier: The carrier's guide, whose words every page repeats.
    /// - Throws: ``TemplateError`` when the built-in template cannot be used.
    init(_ adapter: any PlatformAdapter.Type, guide: Guide, carrier: Guide) throws {
        platform = adapter.platform
        template = try PlivoAccount.template(of: Platform(adapter))
        sample = try PairingSample(adapter, template)
        self.guide = guide
        self.carrier = carrier
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

        <!-- Written by make docs from the template, the adapter and guide.md: change those, not this page. -->

        \(guide.summary)

        Checked on \(platform.verified) against the sources at the end. *Open* marks what only a live call can settle.
        """
    }

    private var beforeYouBegin: String {
        let rows = (PlivoAccount.settings + platform.settings).map { setting in
            ["`\(setting.variable)`", setting.isRequired ? "required" : "optional", setting.help]
        }
        return """
            ## Before you start

            \(carrier.prerequisites)
            \(guide.prerequisites)
            * \(carrier.title): \(Markdown.phrase(carrier.keyRights))
            * \(guide.title): \(Markdown.phrase(guide.keyRights))

            \(Markdown.table(["Environment variable", "", "What it is"], rows))
            """
    }

    private var quickStart: String {
        let needed = (PlivoAccount.settings + platform.settings).filter(\.isRequired)
        let connection = (["\(platform.id) --number +14155550100"] + platform.example.flatMap(\.options))
            .joined(separator: " ")
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
                condition.description.isEmpty ? " Required." : " Required when \(condition)."
            }
            return [
                "`\(parameter.option)`", parameter.values,
                parameter.defaultValue.map { "`\($0.string ?? $0.text())`" } ?? "",
                Markdown.sentence(parameter.help) + (needed ?? ""),
            ]
        }
        return """
            ## Parameters

            \(Markdown.table(["Option", "Values", "Default", "Meaning"], rows))

            `--set NAME=` unsets a value. `zentrunk connect \(platform.id) --help` lists the options that every platform has, \
            such as `--name` and `--reroute`.
            """
    }

    private var refusals: String {
        guard !template.refusals.isEmpty else { return "" }
        let lines = template.refusals.map { Self.line($0.condition, $0.reason, $0.source) }
        return "## What is refused\n\nZentrunk refuses these before it writes anything:\n\n"
            + lines.joined(separator: "\n")
    }

    private var warnings: String {
        guard !template.warnings.isEmpty else { return "" }
        let lines = template.warnings.map { Self.line($0.condition, "`\($0.code)`, \($0.reason)", $0.source) }
        return "## Warnings\n\n" + lines.joined(separator: "\n")
    }

    private static func line(_ condition: TemplateCondition, _ reason: String, _ source: String?) -> String {
        "* When \(condition): \(reason)\(source.map { " ([source](\($0)))" } ?? "")."
    }

    private var facts: String {
        get throws {
            let columns = try sample.factColumns()
            let names = columns.first?.facts.map(\.name) ?? []
            guard !names.isEmpty else { return "" }
            let rows = names.map { name in
                [name.replacing("_", with: " ")]
                    + columns.map { column in
                        column.facts.first { $0.name == name }?.values.joined(separator: ", ") ?? ""
                    }
            }
            return "## Hosts and addresses\n\n"
                + Markdown.table([""] + columns.map { $0.account ?? platform.title }, rows)
        }
    }

    private var traps: String {
        guide.traps.isEmpty ? "" : "## Traps, and where sources disagree\n\n" + guide.traps
    }

    private var sources: String {
        let known = guide.sources + "\n" + carrier.sources
        let guides = template.guides.filter { !known.contains("(\($0))") }
        return "## Sources\n\n" + ([known] + guides.map { "* <\($0)>" }).joined(separator: "\n")
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

                With the defaults, for one number. An arrow leads from an object to an object that waits for it. Its label is the \
                field that holds the reference and, where its name differs, the field that is referenced.

                \(([Markdown.code(whole.graph, "mermaid")] + partial).joined(separator: "\n\n"))

                \(Markdown.table(["Key", "Object", "How often", "When"], rows))

                Objects are named `zc_\(platform.id)_<connection>_<key>`, at \(platform.title) followed by `_` and a tag of the Plivo \
                account. Later runs find them by that name.\(secrets)
                """
        }
    }

    private var secrets: String {
        guard !template.secrets.isEmpty else { return "" }
        return """
             A SIP username is random. Its password is derived from it and the Plivo token, and stored nowhere; both sides get \
            the same password.
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
                "In paths, … stands for `\($0.replacing(PairingCatalog.placeholder, with: "{account}"))`."
            }
            return """
                ## The calls

                What the first run with the defaults writes, in both directions. Steps of the same rank run concurrently. A number's \
                route is set last. \(roots.joined(separator: " "))

                \(Markdown.table(["Rank", "Side", "Resource", "Call", "Sends"], rows))

                Before that, everything relevant is listed and read; afterwards, everything is read back. An update first reads the \
                object and then sends the fields that differ, and those that are always sent and have a value.

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
        case .create: "create"
        case .read: "read"
        case .update: "update"
        case .delete: "delete"
        }
    }
}

extension TemplateParameter {
    /// The values that it accepts, in words.
    fileprivate var values: String {
        switch type {
        case .choice(let choices): choices.map { "`\($0)`" }.joined(separator: ", ")
        case .bool: switches.map { "`\($0.option)`" }.joined(separator: ", ")
        case .string: "text"
        case .id: "an id"
        case .country: "a country code"
        case .host: "a SIP host"
        case .uri: "an origination URI"
        case .url: "a URL with https://"
        }
    }
}

/// Pieces of Markdown.
enum Markdown {
    /// A table; bars inside cells are escaped.
    static func table(_ head: [String], _ rows: [[String]]) -> String {
        let lines = [head, head.map { _ in "---" }] + rows
        return lines.map { cells in
            "| " + cells.map { $0.replacing("|", with: "\\|").replacing("\n", with: " ") }.joined(separator: " | ")
                + " |"
        }
        .joined(separator: "\n")
    }

    static func code(_ text: String, _ language: String) -> String { "```\(language)\n\(text)\n```" }

    /// The text with a small first letter, to follow a colon.
    static func phrase(_ text: String) -> String {
        let isArticle = ["A ", "An ", "The "].contains { text.hasPrefix($0) }
        return isArticle ? text.prefix(1).lowercased() + text.dropFirst() : text
    }

    /// The text as a sentence of its own.
    static func sentence(_ text: String) -> String {
        let text = text.prefix(1).uppercased() + text.dropFirst()
        return text.isEmpty || text.hasSuffix(".") ? text : text + "."
    }
}
