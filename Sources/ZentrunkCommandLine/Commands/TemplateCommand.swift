import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkPairings
@_spi(Adapter) import ZentrunkPlivo
@_spi(Adapter) import ZentrunkTemplateLint

/// `zentrunk template list|show|validate`
struct TemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template", abstract: "List, show and validate the templates that define pairings.",
        subcommands: [List.self, Show.self, Validate.self])

    struct List: RunnableCommand {
        static let configuration = CommandConfiguration(abstract: "List the built-in templates.")

        @Flag(help: "Print one JSON object on stdout, also on failure.") var json = false

        func execute() async throws -> ExitStatus {
            let templates = try AdapterRegistry.all.map { try TemplateSource.load($0, file: nil) }
            guard !json else {
                let documents: [JSONValue] = templates.map {
                    [
                        "platform": .string($0.pairing.description), "title": .string($0.title),
                        "verified": .string("\($0.verified)"), "resources": .integer(Int64($0.resources.count)),
                    ]
                }
                JSONOutput.print(["templates": .array(documents)])
                return .done
            }
            for template in templates {
                Terminal.out("\(template.pairing)".padding(to: 14) + "\(template.title), verified \(template.verified)")
            }
            return .done
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a built-in template, as a starting point for your own.",
            discussion: "zentrunk template show vapi > mine.json")

        @Argument(help: "The platform.", completion: Offer.platforms.completion) var name: String

        func run() throws {
            let text = try TemplateSource.load(AdapterRegistry.adapter(name), file: nil).text
            Terminal.out(document: text.hasSuffix("\n") ? String(text.dropLast()) : text)
        }
    }

    struct Validate: RunnableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a template: its JSON, the language, kinds, fields, references and conditions.",
            discussion: """
                Reports every error with its line and column and a correction. Exits with 1 if the template cannot be used.

                zentrunk template validate mine.json
                """)

        @Argument(help: "The file, or the name of a built-in template.", completion: .file()) var file: String
        @Flag(help: "Print one JSON object on stdout.") var json = false

        func execute() async throws -> ExitStatus {
            let builtIn = AdapterRegistry.all.first { $0.platform.id.description == file }
            let name = builtIn.map { TemplateSource.builtInName($0) } ?? file
            let review = try TemplateReview(
                try builtIn?.template ?? TemplateSource.read(file), file: name, base: PlivoAccount.templateBase,
                today: TemplateSource.today, platforms: AdapterRegistry.names,
                carrier: PairingCatalog.carrier().kinds.map(\.description)
            ) { try Self.pairing(AdapterRegistry.adapter($0.description)) }
            if json {
                JSONOutput.print(Self.document(review, name))
            } else {
                let style = Style()
                for error in review.errors { Terminal.err("\(style.bad("error")): \(error.summary)") }
                for warning in review.warnings { Terminal.err("\(style.warning("warning")): \(warning.summary)") }
                if let template = review.template {
                    Terminal.out("\(name) is valid: \(template.title), \(template.resources.count.counted("resource"))")
                }
            }
            return review.errors.isEmpty ? .done : .invalid
        }

        /// The kinds, parameters and facts that the review checks a template against.
        private static func pairing(_ adapterType: any PlatformAdapter.Type) throws -> TemplateReview.Pairing {
            let builtIn = try TemplateSource.load(adapterType, file: nil)
            let facts = try PairingCatalog.Facts(Platform(adapterType))
            return TemplateReview.Pairing(
                kinds: try PairingCatalog.kinds(Platform(adapterType)),
                parameters: Set(builtIn.parameters.map(\.name)), facts: facts.facts)
        }

        private static func document(_ review: TemplateReview, _ file: String) -> JSONObject {
            func list(_ problems: [TemplateError]) -> JSONValue { .array(problems.map { $0.document(in: file) }) }
            return [
                "outcome": review.errors.isEmpty ? "done" : "failed",
                "file": .string(file), "valid": .bool(review.errors.isEmpty), "errors": list(review.errors),
                "warnings": list(review.warnings),
            ]
        }
    }
}

extension TemplateError {
    /// The problem for programs; unknown members are null. Names the file if it is a different one, such as the base.
    fileprivate func document(in file: String) -> JSONValue {
        var problem: JSONObject = [
            "line": position.map { .integer(Int64($0.line)) } ?? .null,
            "column": position.map { .integer(Int64($0.column)) } ?? .null,
            "path": path.map { .string($0.description) } ?? .null, "message": .string(message),
            "suggestion": suggestion.map { .string($0) } ?? .null,
        ]
        if self.file != file { problem["file"] = .string(self.file) }
        return .object(problem)
    }
}
