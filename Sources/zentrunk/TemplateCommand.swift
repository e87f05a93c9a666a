import ArgumentParser
import ZentrunkCore
import ZentrunkPlivo

/// `zentrunk template list|show|validate`
struct TemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template", abstract: "List, show and check the templates that tell what a pairing consists of.",
        subcommands: [List.self, Show.self, Validate.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the built-in templates.")

        func run() throws {
            for adapter in AdapterRegistry.all {
                let template = try TemplateSource.load(adapter, file: nil)
                Terminal.out("\(template.pairing)".padding(to: 14) + "\(template.title), verified \(template.verified)")
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a built-in template, as a start for one of your own.",
            discussion: "zentrunk template show vapi > mine.json")

        @Argument(help: "The platform.") var name: String

        func run() throws {
            let text = String(decoding: try AdapterRegistry.adapter(name).template, as: UTF8.self)
            Terminal.out(text.hasSuffix("\n") ? String(text.dropLast()) : text)
        }
    }

    struct Validate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a template: its JSON, the language, kinds, fields and references.",
            discussion: "zentrunk template validate mine.json")

        @Argument(help: "The file.") var file: String

        func run() throws {
            do {
                let template = try Template(parsing: TemplateSource.read(file), file: file)
                let adapter = try AdapterRegistry.adapter(template.pairing.description)
                try template.check(kinds: try KindCatalog.kinds(adapter))
                Terminal.out("\(file) is sound: \(template.title), \(template.resources.count) resources")
            } catch let error as TemplateError {
                throw error.connectionError
            }
        }
    }
}

/// The kinds of a pairing, to look at their rules without an account.
enum KindCatalog {
    static func kinds(_ adapterType: any PlatformAdapter.Type) throws -> [KindDescription] {
        func placeholders(_ settings: [Setting]) -> PlatformSettings {
            let required = settings.filter(\.isRequired).map { ($0.variable, Secret($0.example)) }
            return PlatformSettings(Dictionary(uniqueKeysWithValues: required), redactor: Redactor())
        }
        let carrier = try PlivoCarrier(settings: placeholders(PlivoCarrier.settings), transport: NoTransport())
        let adapter = try adapterType.init(
            settings: placeholders(adapterType.platform.settings), transport: NoTransport())
        return (carrier.kinds + adapter.kinds).map(\.description)
    }

    /// Sends nothing, since nothing is asked.
    private struct NoTransport: HTTPTransport {
        func send(_ request: TransportRequest) async throws -> TransportResponse {
            throw TransportError(code: .refused, delivery: .notSent, message: "nothing is sent here")
        }
    }
}
