import ZentrunkCore
public import ZentrunkDiagnosis
import ZentrunkJSON

/// The way of a call through both halves, link by link.
public struct CallPath: Sendable, Hashable {
    /// One link.
    public struct Step: Sendable, Hashable {
        /// The link; nil for an end that no check is about: the phone.
        public var link: DoctorCheck.Link?
        /// What the link is called in a picture: `trunk`.
        public var title: String
        /// The object or value there; empty if it is not known.
        public var label: String
        /// The worst result of the checks of this link.
        public var status: DoctorCheck.Status
    }

    /// The direction of the calls.
    public var direction: Cause.Direction
    /// The links, in the direction of the call.
    public var steps: [Step]

    /// Creates a path and gives each link the worst status of its checks.
    ///
    /// - Parameter labels: What is at each link; a link that is missing here is left out.
    init(_ direction: Cause.Direction, _ labels: [DoctorCheck.Link: String], platform: String, _ checks: [DoctorCheck])
    {
        self.direction = direction
        let inwards: [DoctorCheck.Link?] = [nil, .account, .number, .trunk, .uri, .host, .platform, .agent]
        let outwards: [DoctorCheck.Link?] = [.agent, .platform, .host, .trunk, .credential, .number, .account, nil]
        steps = (direction == .inbound ? inwards : outwards).compactMap { link in
            guard let link else { return Step(link: nil, title: "phone", label: "", status: .pass) }
            guard let label = labels[link] else { return nil }
            let own = checks.filter {
                $0.link == link && !$0.isInformation && ($0.direction == .any || $0.direction == direction)
            }
            let status = own.map(\.status).max { Self.weight($0) < Self.weight($1) } ?? .pass
            return Step(link: link, title: Self.title(link, platform), label: label.madeVisible(), status: status)
        }
    }

    private static func title(_ link: DoctorCheck.Link, _ platform: String) -> String {
        switch link {
        case .account: "Plivo"
        case .platform: platform
        case .uri: "URI"
        default: link.rawValue
        }
    }

    private static func weight(_ status: DoctorCheck.Status) -> Int {
        switch status {
        case .pass: 0
        case .warn: 1
        case .unknown: 2
        case .fail: 3
        }
    }

    /// The path for programs.
    var json: JSONValue {
        [
            "direction": .string(direction.rawValue),
            "steps": .array(
                steps.map { step in
                    [
                        "link": step.link.map { .string($0.rawValue) } ?? "phone", "title": .string(step.title),
                        "label": .string(step.label), "status": .string(step.status.rawValue),
                    ]
                }),
        ]
    }
}
