package import ZentrunkJSON

/// The only walk over bodies: parts of a node, and from them everything inside.
extension TemplateNode {
    /// The way from a node to one of its parts.
    package enum Step: Sendable, Hashable {
        /// To a member of an object.
        case member(String)
        /// To an element of an array.
        case element(Int)
        /// To the value below a `$when`.
        case condition(TemplateCondition)
        /// To a case of a `$select`: the parameter, and the value that chooses the case.
        case choice(parameter: String, value: String)
    }

    /// A node inside another one.
    package struct Place<Context> {
        /// The node.
        package let node: TemplateNode
        /// Its path in the file.
        package let path: JSONPointer
        /// What the way to the node determined.
        package let context: Context
    }

    /// The nodes directly inside; cases are sorted by name.
    package var parts: [(step: Step, node: TemplateNode)] {
        switch self {
        case .literal, .reference, .text, .spread: []
        case .object(let members): members.map { (.member($0.name), $0.node) }
        case .array(let nodes): nodes.enumerated().map { (.element($0), $1) }
        case .when(let condition, let node): [(.condition(condition), node)]
        case .select(let parameter, let cases):
            cases.sorted { $0.key < $1.key }.map { (.choice(parameter: parameter, value: $0), $1) }
        }
    }

    /// Returns this node and everything inside that the closure leads to, outermost first.
    ///
    /// - Parameters:
    ///   - context: What is known at this node.
    ///   - path: The path of this node in the file.
    ///   - next: Returns the context of a part; nil to leave the part out.
    package func walk<Context>(
        _ context: Context, at path: JSONPointer = .root, next: (Step, Context) -> Context?
    ) -> [Place<Context>] {
        parts.reduce(into: [Place(node: self, path: path, context: context)]) { places, part in
            guard let inner = next(part.step, context) else { return }
            places += part.node.walk(inner, at: self.path(path, to: part.step), next: next)
        }
    }

    /// Returns this node and everything inside, outermost first.
    package func walk(at path: JSONPointer = .root) -> [Place<Void>] { walk((), at: path) { _, _ in () } }

    /// Computes a result from the inside out.
    ///
    /// - Parameter combine: Returns the result of a node, from those of its parts.
    package func fold<Result>(_ combine: (TemplateNode, [(step: Step, result: Result)]) -> Result) -> Result {
        combine(self, parts.map { ($0.step, $0.node.fold(combine)) })
    }

    /// All references in the node, except for those in conditions.
    public var references: [TemplateReference] {
        fold { node, parts in node.ownReferences + parts.flatMap(\.result) }
    }

    /// The references in the node itself, without those of its parts.
    package var ownReferences: [TemplateReference] {
        switch self {
        case .reference(let reference), .spread(let reference): [reference]
        case .text(let parts): parts.compactMap(\.reference)
        default: []
        }
    }

    /// The parameter of a `$select` and the values that have a case; nil for other nodes.
    package var selection: (parameter: String, values: Set<String>)? {
        if case .select(let parameter, let cases) = self { (parameter, Set(cases.keys)) } else { nil }
    }

    /// Whether conditions or parameters decide what stands here.
    package var isChoice: Bool {
        switch self {
        case .when, .select: true
        case .literal, .reference, .text, .object, .array, .spread: false
        }
    }

    private func path(_ path: JSONPointer, to step: Step) -> JSONPointer {
        switch step {
        case .member(let name): path.appending(name)
        case .element(let index): path.appending(index)
        case .condition: placeOfValue(path)
        case .choice(_, let value): path.appending("cases").appending(value)
        }
    }

    /// Returns the path of the value below this node's condition. Objects and selections contain `$when` themselves;
    /// other values are in `$value` next to it.
    private func placeOfValue(_ path: JSONPointer) -> JSONPointer {
        guard case .when(_, let node) = self else { return path }
        switch node {
        case .literal, .reference, .text, .array: return path.appending("$value")
        case .object, .select, .spread, .when: return path
        }
    }
}

extension TemplateNode.TextPart {
    /// The reference; nil for verbatim text.
    package var reference: TemplateReference? { if case .reference(let reference) = self { reference } else { nil } }

    /// The verbatim text; nil for a reference.
    package var verbatim: String? { if case .verbatim(let text) = self { text } else { nil } }
}
