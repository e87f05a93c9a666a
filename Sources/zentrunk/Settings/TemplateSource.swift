import ZentrunkCore
import ZentrunkJSON
import ZentrunkPlivo

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reads templates: built in, or from a file.
enum TemplateSource {
    /// What `--template` takes to go back from an own template to the adapter's.
    static let builtIn = "built-in"

    /// The template that a connection was made with, when it is not the adapter's.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`.
    static func remembered(_ connection: Connection) throws(ZentrunkError) -> Template? {
        guard let text = connection.template else { return nil }
        do {
            return try Template(
                parsing: Array(text.utf8), file: "the template of \(connection.platform)/\(connection.name)")
        } catch { throw error.zentrunkError }
    }

    /// The template that is asked for, or nil when none is.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`.
    static func given(_ adapter: any PlatformAdapter.Type, file: String?) throws(ZentrunkError) -> Template? {
        try file.map { (file) throws(ZentrunkError) in try load(adapter, file: file == builtIn ? nil : file) }
    }

    /// - Throws: ``ZentrunkError`` `invalid`.
    static func load(_ adapter: any PlatformAdapter.Type, file: String?) throws(ZentrunkError) -> Template {
        do {
            guard let file else {
                return try PlivoCarrier.template(of: adapter)
            }
            return try Template(parsing: read(file), file: file, base: PlivoCarrier.templateBase)
        } catch let error as TemplateError {
            throw error.zentrunkError
        } catch let error as ZentrunkError {
            throw error
        } catch {
            throw ZentrunkError(.invalid, "\(error)")
        }
    }

    /// What messages call a built-in template.
    static func builtInName(_ adapter: any PlatformAdapter.Type) -> String { "\(adapter.platform.id) (built in)" }

    /// The day on which the facts' age is judged.
    static var today: Day { Day(secondsSince1970: Int(Date().timeIntervalSince1970)) }

    static func read(_ file: String) throws(ZentrunkError) -> [UInt8] {
        // One byte more than JSON may have is told as that.
        guard let bytes = InputFile.read(file, limit: JSONValue.maximumByteCount) else {
            throw ZentrunkError(.invalid, "the file \(file) cannot be read")
        }
        return bytes
    }
}
