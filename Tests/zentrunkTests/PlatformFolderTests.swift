import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkPlatforms
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("A platform is a folder in Plugins and a line in the registry")
struct PlatformFolderTests {
    @Test("Folders and entries agree, and no platform stands there twice")
    func entries() throws {
        let folders = try Contracts.platformFolders.map(\.lastPathComponent).sorted()
        #expect(Platforms.all.map(\.folder).sorted() == folders)
        #expect(Set(Platforms.all.map { $0.adapter.platform.id }).count == folders.count)
    }

    @Test("An adapter and its imitation have one name, which is the folder's in lower case", arguments: Pairing.all)
    func names(_ pairing: Pairing) {
        #expect(pairing.id == pairing.vendor)
        #expect(pairing.vendor == pairing.service.init().vendor)
        #expect(Platforms.all.contains { $0.folder.lowercased() == pairing.id })
    }

    @Test("Every folder is complete")
    func contents() throws {
        for folder in try Contracts.platformFolders {
            for name in ["Adapter", "Sandbox", "Tests", "contract.openapi.json", "corpus"] {
                #expect(
                    FileManager.default.fileExists(atPath: folder.appending(path: name).path),
                    "\(folder.lastPathComponent)/\(name) is missing")
            }
        }
    }
}
