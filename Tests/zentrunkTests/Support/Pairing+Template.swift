import ZentrunkCore
import ZentrunkPlivo

extension Pairing {
    /// The built-in template, with everything that it takes over from the carrier's base.
    func template() throws -> Template { try PlivoCarrier.template(of: adapter) }

    /// The built-in template as `template show` prints it.
    func templateText() throws -> String { try template().text }
}
