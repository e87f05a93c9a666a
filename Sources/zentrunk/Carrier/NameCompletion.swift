import ArgumentParser
import ZentrunkCore
import ZentrunkPlivo
import ZentrunkSandbox

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Completes the names of the account's objects; without keys, or when anything goes wrong, it offers nothing.
enum NameCompletion {
    static func of<Noun: CarrierNoun>(_ noun: Noun.Type) -> CompletionKind {
        .custom { words, _, prefix in await names(noun, prefix, sandbox: words.contains("--sandbox")) }
    }

    private static func names<Noun: CarrierNoun>(
        _ noun: Noun.Type, _ prefix: String, sandbox wantsSandbox: Bool
    ) async -> [String] {
        if wantsSandbox {
            // Not one for the length of a key press.
            let directory = StateDirectory.path(ProcessInfo.processInfo.environment)
            guard await SandboxLocation.find(in: directory) != nil else { return [] }
        }
        let found = try? await Session.run(sandbox: wantsSandbox) { session in
            try await Noun.collection(of: ZentrunkClient(session.carrier())).list().compactMap(Noun.completion)
        }
        return (found ?? []).filter { $0.hasPrefix(prefix) }.sorted()
    }
}

extension CarrierNoun {
    /// What names the object on a command line.
    ///
    /// - Returns: nil when neither its name nor its id is plain: bash expands what it is offered, so a name with `$(…)` in it,
    ///   which anybody with access to the account can give, would be run by the key press.
    fileprivate static func completion(_ object: Object) -> String? {
        if let number = (object as? NumberRecord)?.number { return number.e164 }
        return [object.name, object.id].compactMap { $0 }.first { $0.shellWord == $0 && !$0.hasPrefix("-") }
    }
}
