import ArgumentParser
import ZentrunkCore
import ZentrunkPlivo

/// `zentrunk number`
struct NumberCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "number", abstract: "The account's phone numbers and what answers them: list, get, update.",
        discussion: """
            Numbers are rented and given back in Plivo's console: the one costs money, the other cannot be taken back.

            zentrunk number update +14155550100 --trunk pbx-in --yes
            """,
        subcommands: [CarrierList<NumberNoun>.self, CarrierGet<NumberNoun>.self, Update.self])

    struct Update: CarrierCommand {
        typealias Noun = NumberNoun
        static let configuration = CommandConfiguration(
            abstract: "Route a number's calls to a trunk or an application, at once.",
            discussion: """
                No way is confirmed to route a number to nothing: delete its trunk to detach it. Numbers of a connection are \
                moved with connect --reroute, which remembers where they were.
                """)

        @Argument(help: NumberNoun.reference, completion: NumberNoun.completion) var object: String
        @Option(
            help: ArgumentHelp("The inbound trunk that answers.", valueName: "id-or-name"),
            completion: Offer.inboundTrunks.completion)
        var trunk: String?
        @Option(help: ArgumentHelp("The XML or PHLO application that answers.", valueName: "id")) var app: String?
        @OptionGroup var consent: ConsentOptions
        @OptionGroup var preview: DryRunOptions
        @OptionGroup var options: CarrierOptions

        func check() throws {
            guard (trunk == nil) != (app == nil) else {
                throw ZentrunkError(.invalid, "a number is routed to one of --trunk and --app")
            }
            if let app { _ = try ApplicationID.checked(app, of: "--app") }
        }

        func run(_ client: ZentrunkClient, _ printer: CarrierPrinter<NumberNoun>) async throws -> ExitStatus {
            async let numberToRoute = NumberNoun.resolve(object, client)
            let route: NumberRecord.Route
            if let trunk {
                let target = try await TrunkNoun.resolve(trunk, client)
                if target.status == .disabled {
                    Terminal.err("  \(Style().warning("!")) \(target.label) is disabled: no call passes")
                }
                route = .trunk(target.id)
            } else {
                route = .application(try ApplicationID.checked(app ?? "", of: "--app"))
            }
            let number = try await numberToRoute
            return try await CarrierUpdate<NumberNoun>(
                object: number, changes: try await client.differences(number, route)
            )
            .run(consent, preview, client, printer) { try await client.route(number, to: route) }
        }
    }
}
