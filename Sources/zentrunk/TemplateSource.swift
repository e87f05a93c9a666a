import ZentrunkCore
import ZentrunkJSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reads templates: built in, or from a file.
enum TemplateSource {
    /// - Throws: ``ConnectionError`` `invalid`.
    static func load(_ adapter: any PlatformAdapter.Type, file: String?) throws(ConnectionError) -> Template {
        do {
            guard let file else {
                return try Template(parsing: adapter.template, file: builtInName(adapter))
            }
            return try Template(parsing: read(file), file: file)
        } catch let error as TemplateError {
            throw error.connectionError
        } catch let error as ConnectionError {
            throw error
        } catch {
            throw ConnectionError(.invalid, "\(error)")
        }
    }

    /// What messages call a built-in template.
    static func builtInName(_ adapter: any PlatformAdapter.Type) -> String { "\(adapter.platform.id) (built in)" }

    /// The day on which the facts' age is judged.
    static var today: Day { Day(secondsSince1970: Int(Date().timeIntervalSince1970)) }

    static func read(_ file: String) throws(ConnectionError) -> [UInt8] {
        // One byte more than JSON may have is told as that.
        guard let bytes = InputFile.read(file, limit: JSONValue.maximumByteCount) else {
            throw ConnectionError(.invalid, "the file \(file) cannot be read")
        }
        return bytes
    }
}
