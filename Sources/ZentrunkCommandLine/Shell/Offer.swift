import ArgumentParser

/// The sources of a value's candidates. An argument's declaration names one: the parser keeps it, as a command for the shell,
/// and ``Completion`` finds it there.
enum Offer: String {
    /// `vapi`, and after a slash `vapi/support`.
    case platforms
    /// Platforms and runs.
    case platformsAndRuns = "platforms-and-runs"
    /// Names of connections of the platform.
    case names
    case runs
    /// Numbers of the connection, as in the journal.
    case remembered = "remembered-numbers"
    /// Routes for numbers: `none`, `app:ID`.
    case routes
    case shells
    case trunks, credentials, uris, acls, numbers
    case inboundTrunks = "inbound-trunks"

    var completion: CompletionKind { .shellCommand(rawValue) }
}

extension CarrierNoun {
    /// Ids or names of the account's objects.
    static var completion: CompletionKind { (Offer(rawValue: plural) ?? .trunks).completion }
}
