/// What people have to know of a platform before they connect it. Documentation is made from it; nothing acts on it.
///
/// Text may hold Markdown on one line. What the template and the kinds say already does not belong here.
public struct PlatformGuide: Sendable, Hashable {
    /// Something that surprises, or on which sources disagree, and what is done about it.
    public struct Trap: Sendable, Hashable {
        public var title: String
        public var text: String

        public init(_ title: String, _ text: String) {
            self.title = title
            self.text = text
        }
    }

    /// A public page that facts come from.
    public struct Source: Sendable, Hashable {
        public var title: String
        public var url: String

        public init(_ title: String, _ url: String) {
            self.title = title
            self.url = url
        }
    }

    /// One paragraph: what the two halves are made of.
    public var summary: String
    /// What has to be there before the first run, one sentence each.
    public var prerequisites: [String]
    /// What the platform's key must be allowed to do, and which kinds of keys are not.
    public var keyRights: String
    /// Options of the shortest useful command, beside the number: `--assistant ID`.
    public var example: String
    public var traps: [Trap]
    public var sources: [Source]

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
