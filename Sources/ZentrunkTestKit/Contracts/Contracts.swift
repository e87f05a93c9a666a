package import Foundation
package import ZentrunkJSON
import ZentrunkSandbox

/// The vendors' contracts: a platform's in its folder, Plivo's with the tests.
package enum Contracts {
    private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized

    /// The folders of the platforms.
    package static var platformFolders: [URL] {
        get throws {
            try FileManager.default.contentsOfDirectory(
                at: root.appending(path: "Plugins"), includingPropertiesForKeys: [.isDirectoryKey]
            ).filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
        }
    }

    /// Returns the OpenAPI document of a vendor, by its name in the sandbox.
    package static func document(_ vendor: String) throws -> JSONValue {
        let folder = try platformFolders.first { $0.lastPathComponent.lowercased() == vendor }
        let file =
            folder?.appending(path: "contract.openapi.json")
            ?? root.appending(path: "Tests/Contracts/\(vendor).openapi.json")
        return try document(in: file)
    }

    /// The OpenAPI document in a file.
    package static func document(in file: URL) throws -> JSONValue {
        try JSONValue(parsing: Array(Data(contentsOf: file)))
    }

    /// Returns a validator of requests to a vendor.
    package static func validator(_ vendor: String) throws -> ContractValidator {
        try ContractValidator(vendor: vendor, contract: document(vendor))
    }
}
