@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// Everything that a journal knows, as lines in a fixed order, so that two journals can be compared.
enum JournalDump {
    static func lines(_ journal: any Journal) async throws -> [String] {
        let records = try await journal.connections().map(text).sorted()
        let runs = try await journal.runs(of: nil)
        var lines = records
        for run in runs {
            lines.append(text(run))
            lines += try await journal.writes(of: run.record.id).map(text)
        }
        return lines
    }

    private static func text(_ record: ConnectionRecord) -> String {
        let objects = record.objects.sorted { $0.key < $1.key }.map { "\($0.key)=\(text($0.value))" }
        let former = record.former.map { "\(text($0.key))=\(JSONValue.object($0.value).text())" }.sorted()
        return "connection \(text(record.identity)) \(text(record.connection)) objects \(objects) former \(former)"
    }

    private static func text(_ run: PastRun) -> String {
        let ending = "\(run.outcome?.rawValue ?? "open") remark \(run.remark ?? "none")"
        return "run \(run.record.id) \(text(run.record.identity)) \(run.record.operation.rawValue) \(ending) "
            + text(run.record.connection)
    }

    private static func text(_ write: PastWrite) -> String {
        let intent = write.intent
        let former = intent.former.map { JSONValue.object($0).text() } ?? "none"
        let before = intent.before.map { JSONValue.object($0).text() } ?? "none"
        let outcome =
            switch write.outcome {
            case .done(let id)?: "done \(id)"
            case .notDone(let reason)?: "not done \(reason)"
            case .unknown(let reason)?: "unknown \(reason)"
            case nil: "open"
            }
        return "  write \(intent.sequence) \(intent.deed.word) \(intent.instance) \(intent.kind) "
            + "\(intent.id ?? "none") \(intent.name ?? "none") \(JSONValue.object(intent.fields).text()) "
            + "former \(former) before \(before) outcome \(outcome)"
    }

    private static func text(_ identity: ConnectionIdentity) -> String {
        "\(identity.carrierAccount)/\(identity.platform)/\(identity.platformAccount)/\(identity.name)"
    }

    private static func text(_ object: RecordedObject) -> String { "\(object.kind) \(object.id)" }

    private static func text(_ connection: Connection) -> String {
        let values = JSONValue.object(
            JSONObject(connection.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
        return "\(connection.platform)/\(connection.name) \(connection.numbers.map(\.e164)) \(values.text()) "
            + "template \(connection.template ?? "none")"
    }
}
