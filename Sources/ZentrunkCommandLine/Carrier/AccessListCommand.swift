import ArgumentParser
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlivo

/// `zentrunk acl`
struct AccessListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acl",
        abstract: "Manage IP access control lists: the networks that outbound calls may come from.",
        discussion: "zentrunk acl create --name office --ip 203.0.113.7 --ip 198.51.100.0/24",
        subcommands: [
            CarrierList<AccessListNoun>.self, CarrierGet<AccessListNoun>.self, Create.self, Update.self,
            CarrierDelete<AccessListNoun>.self,
        ])

    /// - Throws: ``ZentrunkError`` `invalid` with every text that is not a network.
    private static func networks(_ texts: [String]) throws(ZentrunkError) -> [IPNetwork] {
        var networks: [IPNetwork] = []
        var wrong: [String] = []
        for text in texts {
            do {
                let network = try IPNetwork(text)
                if !networks.contains(network) { networks.append(network) }
            } catch {
                wrong.append("--ip: \(error)")
            }
        }
        guard wrong.isEmpty else { throw ZentrunkError(.invalid, wrong.joined(separator: "; ")) }
        return networks
    }

    private static func warn(_ networks: [IPNetwork]) {
        for network in networks where network.prefixLength < 8 {
            Terminal.err(
                "  \(Style().warning("!")) \(network) lets a large part of the internet place calls at your expense")
        }
    }

    struct Create: CarrierCommand {
        typealias Noun = AccessListNoun
        static let configuration = CommandConfiguration(abstract: "Create an IP access control list.")

        @Option(help: "Name.") var name: String
        @Option(help: ArgumentHelp("An IPv4 address or network; repeatable.", valueName: "network")) var ip: [String]
        @OptionGroup var preview: DryRunOptions
        @OptionGroup var options: CarrierOptions

        func check() throws {
            _ = try IPAccessControlList.Draft(name: name, networks: AccessListCommand.networks(ip))
        }

        func run(_ client: ZentrunkClient, _ printer: CarrierPrinter<AccessListNoun>) async throws -> ExitStatus {
            let networks = try AccessListCommand.networks(ip)
            AccessListCommand.warn(networks)
            let draft = try IPAccessControlList.Draft(name: name, networks: networks)
            if preview.dryRun {
                printer.wouldCreate(try await client.preview(draft))
            } else {
                printer.created(try await client.create(draft))
            }
            return .done
        }
    }

    struct Update: CarrierCommand {
        typealias Noun = AccessListNoun
        static let configuration = CommandConfiguration(
            abstract: "Change an IP access control list; the given networks replace all existing ones.")

        @Argument(help: AccessListNoun.reference, completion: AccessListNoun.completion) var object: String
        @Option(help: "New name.") var name: String?
        @Option(help: ArgumentHelp("An IPv4 address or network; repeatable.", valueName: "network"))
        var ip: [String] = []
        @OptionGroup var consent: ConsentOptions
        @OptionGroup var preview: DryRunOptions
        @OptionGroup var options: CarrierOptions

        func check() throws {
            let networks = try AccessListCommand.networks(ip)
            _ = try IPAccessControlList.Changes(networks: networks.isEmpty ? nil : networks)
            guard name != nil || !ip.isEmpty else { throw ZentrunkError.nothingToChange }
        }

        func run(_ client: ZentrunkClient, _ printer: CarrierPrinter<AccessListNoun>) async throws -> ExitStatus {
            let networks = try AccessListCommand.networks(ip)
            AccessListCommand.warn(networks)
            let changes = try IPAccessControlList.Changes(name: name, networks: networks.isEmpty ? nil : networks)
            let list = try await AccessListNoun.resolve(object, client)
            return try await CarrierUpdate<AccessListNoun>(object: list, changes: client.differences(list, changes))
                .run(consent, preview, client: client, printer: printer) { try await client.update(list, changes) }
        }
    }
}
