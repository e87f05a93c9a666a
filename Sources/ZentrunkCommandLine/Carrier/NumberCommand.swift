import ArgumentParser
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlivo

/// `zentrunk number`
struct NumberCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "number", abstract: "List the account's phone numbers and change their routes.",
        discussion: """
            Rent and release numbers in Plivo's console: renting costs money, and a release cannot be undone.

            zentrunk number update +14155550100 --trunk pbx-in --yes
            """,
        subcommands: [CarrierList<NumberNoun>.self, CarrierGet<NumberNoun>.self, Update.self])

    struct Update: CarrierCommand {
        typealias Noun = NumberNoun
        static let configuration = CommandConfiguration(
            abstract: "Route a number's calls to a trunk or an application, at once.",
            discussion: """
                To detach a number, delete its trunk: unsetting a route is not a confirmed feature of Plivo. To move a number \
                into a connection, use connect --reroute, which records its previous route.
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
                throw ZentrunkError(.invalid, "give either --trunk or --app")
            }
            if let app { _ = try ApplicationID.checked(app, of: "--app") }
        }

        func run(_ client: ZentrunkClient, _ printer: CarrierPrinter<NumberNoun>) async throws -> ExitStatus {
            async let numberToRoute = NumberNoun.resolve(object, client)
            let route: NumberRecord.Route
            if let trunk {
                let target = try await TrunkNoun.resolve(trunk, client)
                if target.status == .disabled {
                    Terminal.err("  \(Style().warning("!")) \(target.label) is disabled and passes no calls")
                }
                route = .trunk(target.id)
            } else {
                route = .application(try ApplicationID.checked(app ?? "", of: "--app"))
            }
            let number = try await numberToRoute
            return try await CarrierUpdate<NumberNoun>(
                object: number, changes: try await client.differences(number, route)
            )
            .run(consent, preview, client: client, printer: printer) { try await client.route(number, to: route) }
        }
    }
}
