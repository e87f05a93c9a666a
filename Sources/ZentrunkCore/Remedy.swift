/// What helps after a failure or a warning, as data: the command line makes commands to paste of it, a web page buttons.
///
/// More cases may be added, so a `switch` outside this package needs a `default`. None of them ever holds a secret.
public enum Remedy: Sendable, Hashable {
    /// Give settings a value, then try again.
    case set([Assignment])
    /// Remove variables from the environment, then try again.
    case unset([String])
    /// Replace the value of a setting, which was refused, then try again.
    case correct(setting: String)
    /// Make the same request again and permit what stopped it.
    case allow(Permission)
    /// Make the same request again with this parameter.
    case parameter(Parameter)
    /// Make the same request again and say where the number is routed.
    case route(Destination)
    /// Make the same request again and wait for the other run to end.
    case waitForRun
    /// Make the same request again after that time: zero for now, nil if the time is unknown.
    case retry(after: Duration?)
    /// Make the plan again and look at it.
    case plan
    /// Make the same request again without the journal.
    case withoutJournal
    /// Make the same request again with the journal in another folder.
    case moveJournal
    /// Undo a run.
    case undo(run: String)
    /// Connect, or change a connection with these parameters.
    case connect(Target, [Parameter] = [])
    /// Make the live objects of a connection as its description says, with these permissions.
    case repair(Target, [Permission] = [])
    /// Disconnect numbers; all of them when none is named.
    case disconnect(Target, numbers: [String] = [], to: Destination? = nil)
    /// List the numbers of the carrier's account.
    case listNumbers
    /// List past runs.
    case listRuns
    /// Look at a connection.
    case show(Target)
    /// List the parameters that a connection to the platform takes.
    case listParameters(PlatformID)
    /// Create an origination URI whose username and password are given separately.
    case createURI
    /// Check a template.
    case validateTemplate(file: String)
    /// Name one of several objects by its id.
    case choose(ids: [String])
    /// Run a command, word by word: of a vendor's own tool, or of the operating system.
    case command([String])
    /// Open a page of a vendor.
    case page(String)
    /// Report the message as a bug.
    case report
    /// Do what only words can say.
    case advice(String)

    /// A setting and the value to give it.
    public struct Assignment: Sendable, Hashable {
        public var setting: String
        /// nil where only the person knows it.
        public var value: String?

        public init(_ setting: String, _ value: String? = nil) {
            self.setting = setting
            self.value = value
        }
    }

    /// What a request can permit.
    public enum Permission: Sendable, Hashable {
        /// Live objects change or are deleted.
        case changes
        /// The platform's record of a number is taken over.
        case adoption
        /// A number that is routed elsewhere is rerouted.
        case rerouting
        /// The connection goes on with the objects of one side only.
        case oneSided
        /// The record with this id is deleted and created anew.
        case replacement(id: String)
    }

    /// A template's parameter and the value to give it.
    public struct Parameter: Sendable, Hashable {
        public enum Value: Sendable, Hashable {
            case text(String)
            case flag(Bool)
            /// A word for a value that only the person knows, such as `ID`.
            case placeholder(String)
        }

        public var name: String
        public var value: Value

        public init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// Where a number is routed after it left a connection.
    public enum Destination: Sendable, Hashable {
        case nowhere
        /// An application of the carrier, whose id only the person knows.
        case application
    }

    /// A connection by its name.
    public struct Target: Sendable, Hashable {
        public var platform: PlatformID
        public var name: ConnectionName

        public init(_ platform: PlatformID, _ name: ConnectionName) {
            self.platform = platform
            self.name = name
        }
    }
}

extension Remedy {
    /// A stable name of the remedy: lower-case words joined by hyphens.
    public var code: String {
        switch self {
        case .set: "set"
        case .unset: "unset"
        case .correct: "correct"
        case .allow: "allow"
        case .parameter: "parameter"
        case .route: "route"
        case .waitForRun: "wait-for-run"
        case .retry: "retry"
        case .plan: "plan"
        case .withoutJournal: "without-journal"
        case .moveJournal: "move-journal"
        case .undo: "undo"
        case .connect: "connect"
        case .repair: "repair"
        case .disconnect: "disconnect"
        case .listNumbers: "list-numbers"
        case .listRuns: "list-runs"
        case .show: "show"
        case .listParameters: "list-parameters"
        case .createURI: "create-uri"
        case .validateTemplate: "validate-template"
        case .choose: "choose"
        case .command: "command"
        case .page: "page"
        case .report: "report"
        case .advice: "advice"
        }
    }

    /// The remedy with the control and formatting characters of its texts written out.
    func madeVisible() -> Remedy {
        func clean(_ parameter: Parameter) -> Parameter {
            if case .text(let text) = parameter.value {
                return Parameter(parameter.name.madeVisible(), .text(text.madeVisible()))
            }
            return Parameter(parameter.name.madeVisible(), parameter.value)
        }
        return switch self {
        case .set(let values):
            .set(values.map { Assignment($0.setting.madeVisible(), $0.value?.madeVisible()) })
        case .unset(let names): .unset(names.map { $0.madeVisible() })
        case .correct(let setting): .correct(setting: setting.madeVisible())
        case .parameter(let parameter): .parameter(clean(parameter))
        case .undo(let run): .undo(run: run.madeVisible())
        case .connect(let target, let parameters): .connect(target, parameters.map(clean))
        case .repair(let target, let permissions): .repair(target, permissions.map { $0.madeVisible() })
        case .disconnect(let target, let numbers, let destination):
            .disconnect(target, numbers: numbers.map { $0.madeVisible() }, to: destination)
        case .validateTemplate(let file): .validateTemplate(file: file.madeVisible())
        case .choose(let ids): .choose(ids: ids.map { $0.madeVisible() })
        case .command(let words): .command(words.map { $0.madeVisible() })
        case .page(let address): .page(address.madeVisible())
        case .advice(let text): .advice(text.madeVisible())
        case .allow(let permission): .allow(permission.madeVisible())
        case .route, .waitForRun, .retry, .plan, .withoutJournal, .moveJournal, .listNumbers, .listRuns, .show,
            .listParameters, .createURI, .report:
            self
        }
    }
}

extension Remedy.Permission {
    fileprivate func madeVisible() -> Self {
        if case .replacement(let id) = self { .replacement(id: id.madeVisible()) } else { self }
    }
}
