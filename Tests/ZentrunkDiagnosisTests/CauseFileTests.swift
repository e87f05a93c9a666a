import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

@testable import ZentrunkDiagnosis

@Suite("The file of causes")
struct CauseFileTests {
    /// One set with one cause, with some members replaced.
    private static func table(
        _ cause: JSONObject = [:], set: JSONObject = [:], sources: JSONValue = ["page": ["title": "A page"]]
    ) throws -> CauseTable {
        let whole: JSONObject = [
            "code": "1", "owner": "wire", "cause": "It broke.", "step": "Repair it.",
            "evidence": ["documentation:page"],
        ]
        let causes: JSONValue = .array([.object(whole.merging(cause))])
        let head: JSONObject = ["name": "test.code", "title": "Test", "match": "code", "causes": causes]
        let document: JSONValue = ["version": 1, "sources": sources, "sets": .array([.object(head.merging(set))])]
        return try CauseTable(parsing: document.bytes())
    }

    @Test("A small table is read")
    func small() throws {
        let cause = try #require(try Self.table().causes.first)
        #expect(cause.direction == .any && cause.texts.isEmpty && cause.condition == nil && !cause.isPrefix)
        #expect(cause.remedies == [.advice("Repair it.")])
        #expect(cause.evidence == [.init(kind: .documentation, title: "A page")])
    }

    @Test("The step \"Nothing.\" has no remedy")
    func nothing() throws {
        #expect(try Self.table(["step": "Nothing."]).causes.map(\.remedies) == [[]])
    }

    @Test(
        "Members that are unknown, empty or of another vocabulary are refused",
        arguments: [
            ["owner": "nobody"], ["direction": "sideways"], ["evidence": ["rumour:page"]], ["evidence": ["test:book"]],
            ["evidence": []], ["evidence": [""]], ["cause": ""], ["step": ""], ["code": ""], ["texts": [""]],
            ["when": ""], ["advice": "none"], ["remedy": ["code": "undo"]], ["remedy": ["code": "correct"]],
        ] as [JSONObject])
    func refused(cause: JSONObject) throws {
        #expect(throws: JSONDecodingError.self) { try Self.table(cause) }
    }

    @Test(
        "Sets of another form are refused",
        arguments: [["match": "guess"], ["inferred": ["vapi"]], ["name": ""], ["order": 1]] as [JSONObject])
    func refusedSet(set: JSONObject) throws {
        #expect(throws: JSONDecodingError.self) { try Self.table(set: set) }
    }

    // MARK: The package's own file

    @Test("Each cause occurs once")
    func once() throws {
        let keys = try CauseTable.bundled.causes.map {
            "\($0.set.id) \($0.code) \($0.direction) \($0.condition ?? "") \($0.texts)"
        }
        #expect(keys.count >= 400)
        #expect(Set(keys).count == keys.count)
    }

    @Test("A code has either one cause for both directions, or one for each, unless a phrase or a condition differs")
    func directions() throws {
        for (key, causes) in Dictionary(grouping: try CauseTable.bundled.causes, by: { "\($0.set.id) \($0.code)" }) {
            let plain = causes.filter { $0.set.match == .code && $0.condition == nil }
            #expect(plain.count <= 1 || !plain.contains { $0.direction == .any }, "\(key)")
        }
    }

    @Test("Sentences are short, complete and plain")
    func sentences() throws {
        for cause in try CauseTable.bundled.causes {
            for text in [cause.meaning, cause.step] {
                #expect(text.last == "." && text.first?.isUppercase == true || text.hasPrefix("maxDuration"), "\(text)")
                #expect(!text.contains("  ") && text == String(text.trimmingPrefix(" ")), "\(text)")
                for sentence in text.split(separator: ". ") {
                    #expect(sentence.split(separator: " ").count <= 30, "\(sentence)")
                }
                let words = Set(text.lowercased().split { !$0.isLetter && $0 != "-" }.map(String.init))
                #expect(words.isDisjoint(with: Self.unwanted), "\(text)")
            }
        }
    }

    /// Words of advertising, and words that plain messages avoid.
    private static let unwanted: Set<String> = [
        "seamless", "seamlessly", "powerful", "simply", "easily", "effortless", "robust", "leverage", "best-in-class",
        "world-class", "cutting-edge", "unfortunately", "please", "sorry", "amazing", "awesome", "great", "just",
        "nobody", "somebody", "anybody", "tells", "told", "callee",
    ]

    @Test("A cause without a known meaning says so, and names no owner")
    func open() throws {
        let causes = try CauseTable.bundled.causes
        #expect(causes.contains { $0.isOpen })
        for cause in causes {
            #expect(cause.isOpen == (cause.owner == .unknown), "\(cause.set.id) \(cause.code)")
            if cause.isOpen { #expect(cause.meaning.contains("unknown"), "\(cause.set.id) \(cause.code)") }
        }
    }

    @Test("Evidence that can have an address has one, except for two pages whose address is unknown")
    func evidence() throws {
        let evidence = try CauseTable.bundled.causes.flatMap(\.evidence)
        for one in evidence {
            switch one.kind {
            case .documentation, .formerDocumentation, .vendorCode, .relatedCode, .standard:
                #expect(one.title != nil, "\(one)")
            case .report, .test, .inference, .open: break
            }
            if let url = one.url { #expect(url.hasPrefix("https://"), "\(url)") }
        }
        let unaddressed = Set(evidence.filter { $0.url == nil }.compactMap(\.title))
        #expect(unaddressed == ["Plivo, geo permissions", "ElevenLabs, post-call webhooks"])
    }

    @Test("Every set has causes, and its name begins with its vendor")
    func sets() throws {
        let table = try CauseTable.bundled
        #expect(Set(table.sets.map(\.id)).count == table.sets.count)
        for set in table.sets {
            #expect(table.causes.contains { $0.set.id == set.id }, "\(set.id)")
            for platform in set.platforms where !set.inferredPlatforms.contains(platform) {
                #expect(set.id.rawValue.hasPrefix("\(platform)."), "\(set.id)")
            }
        }
    }

    @Test("Hangup codes have four digits, and statuses three")
    func digits() throws {
        let lengths: [CodeSet.ID: Int] = [.zentrunkHangupCode: 4, .sipStatus: 3, .zentrunkAPIStatus: 3]
        for cause in try CauseTable.bundled.causes {
            guard let length = lengths[cause.set.id] else { continue }
            #expect(cause.code.utf8.count == length && Int(cause.code) != nil, "\(cause.set.id) \(cause.code)")
        }
    }
}
