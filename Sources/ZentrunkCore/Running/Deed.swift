/// What a run does to one object: one vocabulary for plans, steps, the journal, events and reports.
///
/// A number's route exists before and after the connection. It is never made or removed, and has deeds of its own.
public enum Deed: String, Sendable, Hashable, CaseIterable {
    /// Create the object.
    case make
    /// Give an object a temporary name, because its replacement takes its name.
    case rename
    /// Change fields of the object.
    case change
    /// Delete the object.
    case remove
    /// Restore an object's former values: those from before the connection, or from before a run that is undone.
    case putBack = "put-back"
    /// Route a number that had no route.
    case setRoute = "set-route"
    /// Route a number that was routed elsewhere.
    case moveRoute = "move-route"
    /// Restore a number's former route.
    case giveBackRoute = "give-back-route"
    /// Let a route end with its trunk: the carrier detaches the number when the trunk is deleted.
    case detachRoute = "detach-route"

    /// Whether the deed concerns the route of a number.
    public var isOfRoute: Bool {
        switch self {
        case .setRoute, .moveRoute, .giveBackRoute, .detachRoute: true
        case .make, .rename, .change, .remove, .putBack: false
        }
    }

    /// Whether the deed writes former values.
    public var restores: Bool { self == .putBack || self == .giveBackRoute }

    /// Whether the deed writes new values to an object that exists.
    public var alters: Bool {
        switch self {
        case .rename, .change, .setRoute, .moveRoute: true
        case .make, .remove, .putBack, .giveBackRoute, .detachRoute: false
        }
    }

    /// The deed that restores an object, or the route of a number.
    static func restoring(route isRoute: Bool) -> Deed { isRoute ? .giveBackRoute : .putBack }
}

// MARK: The words of documents and terminals

extension Deed {
    /// The word for the deed in a plan, in a report, and in a list of a run's writes. These words are part of the
    /// documented output.
    fileprivate var words: (planned: String, done: String, written: String) {
        switch self {
        case .make: ("create", "created", "create")
        case .setRoute: ("create", "created", "update")
        case .rename, .change, .moveRoute: ("update", "updated", "update")
        case .remove: ("delete", "deleted", "delete")
        case .putBack, .giveBackRoute: ("update", "restored", "restore")
        case .detachRoute: ("delete", "restored", "delete")
        }
    }

    /// The word for one write: `create`, `update`, `delete` or `restore`.
    package var word: String { words.written }
}

extension [Deed] {
    /// Whether the object is renamed, created again and deleted.
    public var isReplacement: Bool { contains(.rename) && contains(.make) }

    /// The word for what a plan does to an object: `create`, `update`, `replace`, `keep` or `delete`.
    package var plannedWord: String { isReplacement ? "replace" : first?.words.planned ?? "keep" }

    /// The word for what a run did to an object: `created`, `updated`, `replaced`, `kept`, `deleted` or `restored`.
    package var doneWord: String { isReplacement ? "replaced" : first?.words.done ?? "kept" }
}
