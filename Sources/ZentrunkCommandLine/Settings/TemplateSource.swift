@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reads templates, built in or from a file.
enum TemplateSource {
    /// The value of `--template` that returns from a custom template to the built-in one.
    static let builtIn = "built-in"

    /// Returns the requested template; nil if none is requested.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`.
    static func given(_ adapter: any PlatformAdapter.Type, file: String?) throws(ZentrunkError) -> Template? {
        try file.map { (file) throws(ZentrunkError) in try load(adapter, file: file == builtIn ? nil : file) }
    }

    /// - Throws: ``ZentrunkError`` `invalid`.
    static func load(_ adapter: any PlatformAdapter.Type, file: String?) throws(ZentrunkError) -> Template {
        do {
            guard let file else {
                return try PlivoAccount.template(of: Platform(adapter))
            }
            return try Template(parsing: read(file), file: file, base: PlivoAccount.templateBase)
        } catch let error as TemplateError {
            throw error.zentrunkError
        } catch let error as ZentrunkError {
            throw error
        } catch {
            throw ZentrunkError(.invalid, "\(error)")
        }
    }

    /// The name of a built-in template in messages.
    static func builtInName(_ adapter: any PlatformAdapter.Type) -> String { "\(adapter.platform.id) (built in)" }

    /// The day for which the age of verified facts is checked.
    static var today: Day { Day(secondsSince1970: Int(Date().timeIntervalSince1970)) }

    static func read(_ file: String) throws(ZentrunkError) -> [UInt8] {
        // One byte over the limit, so that the parser reports the excess.
        guard let bytes = InputFile.read(file, limit: JSONValue.maximumByteCount) else {
            throw ZentrunkError(.invalid, "the file \(file) cannot be read")
        }
        return bytes
    }
}
