import ArgumentParser
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The names of the account's objects, for a key press: at most one page of a list, with a short time limit. Empty without
/// keys, and after any error.
enum AccountObjects {
    /// - Parameters:
    ///   - prefix: The typed text. The carrier can filter numbers by it, but not other names.
    static func names(_ offer: Offer, prefix: String, sandbox: Bool) async -> [Candidate] {
        await withTaskGroup(of: [Candidate]?.self) { group in
            group.addTask { try? await read(offer, prefix, sandbox) }
            group.addTask {
                try? await Task.sleep(for: patience)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return (first ?? []).sorted { $0.text < $1.text }
        }
    }

    /// The time limit: longer than a usual answer, shorter than a person waits.
    private static let patience = Duration.milliseconds(1500)

    private static func read(_ offer: Offer, _ prefix: String, _ wantsSandbox: Bool) async throws -> [Candidate] {
        if wantsSandbox {
            // No temporary sandbox for a key press.
            let directory = try StateDirectory.path(ProcessInfo.processInfo.environment)
            guard await SandboxLocation.find(in: directory) != nil else { return [] }
        }
        return try await Session.run(sandbox: wantsSandbox, journal: .none) { session in
            let client = try ZentrunkClient(session.carrier())
            switch offer {
            case .trunks: return try await client.trunks.firstPage().compactMap(candidate)
            case .inboundTrunks:
                return try await client.trunks.firstPage(["trunk_direction": "inbound"])
                    .filter { $0.direction == .inbound }.compactMap(candidate)
            case .credentials: return try await client.credentials.firstPage().compactMap(candidate)
            case .uris: return try await client.uris.firstPage().compactMap(candidate)
            case .acls: return try await client.accessLists.firstPage().compactMap(candidate)
            case .numbers:
                let digits = prefix.filter(\.isWholeNumber)
                return try await client.numbers.firstPage(digits.isEmpty ? [:] : ["number_startswith": digits])
                    .compactMap(\.number).map { Candidate($0.e164) }
            default: return []
            }
        }
    }

    /// The object's name, or its id if the name is not plain.
    private static func candidate(_ object: some ZentrunkObject) -> Candidate? {
        [object.name, object.id].compactMap { $0 }.map { Candidate($0) }.first(where: \.isPlain)
    }
}
