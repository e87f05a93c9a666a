/// What users need to know about a platform before they connect it. Used for documentation only.
///
/// Text may contain Markdown on one line. Do not repeat what the template and the kinds already state.
public struct PlatformGuide: Sendable, Hashable {
    /// A surprising or contradictory fact, and how the program handles it.
    public struct Trap: Sendable, Hashable {
        /// A short heading.
        public var title: String
        /// The explanation.
        public var text: String

        /// Creates a trap.
        public init(_ title: String, _ text: String) {
            self.title = title
            self.text = text
        }
    }

    /// A public page that facts were taken from.
    public struct Source: Sendable, Hashable {
        /// The page's title.
        public var title: String
        /// The page's address.
        public var url: String

        /// Creates a source.
        public init(_ title: String, _ url: String) {
            self.title = title
            self.url = url
        }
    }

    /// One paragraph on the parts of the connection.
    public var summary: String
    /// What has to exist before the first run, one sentence each.
    public var prerequisites: [String]
    /// The permissions that the platform's API key needs, and the kinds of keys that lack them.
    public var keyRights: String
    /// Options of the shortest useful command, in addition to the number: `--assistant ID`.
    public var example: String
    /// Surprising or contradictory facts.
    public var traps: [Trap]
    /// The pages that the facts were taken from.
    public var sources: [Source]

    /// Creates a guide; parts that are left out do not appear in the documentation.
    public init(
        summary: String = "", prerequisites: [String] = [], keyRights: String = "", example: String = "",
        traps: [Trap] = [], sources: [Source] = []
    ) {
        self.summary = summary
        self.prerequisites = prerequisites
        self.keyRights = keyRights
        self.example = example
        self.traps = traps
        self.sources = sources
    }
}
