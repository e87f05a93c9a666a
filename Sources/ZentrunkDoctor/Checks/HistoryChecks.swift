import ZentrunkCore
import ZentrunkDiagnosis
package import ZentrunkPlivo

/// A moment in call records; the probe has a type of the same name.
package typealias CallTime = UTCTime

/// What the last calls say. They inform: the set-up may have changed since.
enum HistoryChecks {
    /// Whose calls a check is about.
    struct Subject: Sendable {
        var number: PhoneNumber
        var direction: Cause.Direction
    }

    /// The last calls of a number.
    ///
    /// - Parameters:
    ///   - records: In any order.
    ///   - causes: The table that explains hangup codes.
    ///   - now: The time from which ages are counted.
    static func check(
        _ subject: Subject, _ records: Result<[CallRecord], ZentrunkError>, causes: CauseTable, now: CallTime
    ) -> DoctorCheck {
        let (number, id) = (subject.number, subject.direction.rawValue)
        let site = CheckSite(
            stage: .history, owner: .none, direction: subject.direction, object: number.e164, isInformation: true)
        let list: [CallRecord]
        switch records {
        case .failure(let error): return site.unread(id, "the call records of \(number)", because: error)
        case .success(let records): list = records
        }
        let calls = list.filter { $0.ended != nil }.sorted { $1.isBefore($0) }
        guard let newest = calls.first else { return site.pass(id, "no \(id) call of \(number) is recorded") }
        let evidence = groups(calls, causes, now: now)
        guard !works(newest, causes) else {
            return site.pass(id, "the newest \(id) call of \(number), \(age(newest, now)), worked", evidence: evidence)
        }
        let cause = causes.causes(of: newest).first
        let meaning = cause.map { ": \($0.meaning)" } ?? ""
        let code = newest.hangupCode.map { "with \($0)\(newest.hangupName.map { " \($0)" } ?? "")" } ?? "without a code"
        return site.owned(by: cause?.owner ?? .unknown).warn(
            id, "the newest \(id) call of \(number), \(age(newest, now)), ended \(code)\(meaning)", evidence: evidence,
            remedies: cause?.remedies ?? [])
    }

    /// Whether a call shows that the path works: it was answered, or the called party did not take it.
    private static func works(_ record: CallRecord, _ causes: CauseTable) -> Bool {
        // A normal hangup before anything was heard proves nothing.
        if record.isSuccessful || [3000, 3010].contains(record.hangupCode) { return record.isSuccessful }
        return causes.causes(of: record).first?.owner == Cause.Owner.none && record.hangupCode != nil
    }

    /// The calls by hangup code, that of the newest first.
    private static func groups(_ calls: [CallRecord], _ causes: CauseTable, now: CallTime) -> [String] {
        var order: [Int?] = []
        var groups: [Int?: [CallRecord]] = [:]
        for call in calls {
            if groups[call.hangupCode] == nil { order.append(call.hangupCode) }
            groups[call.hangupCode, default: []].append(call)
        }
        return order.compactMap { code in
            guard let group = groups[code], let newest = group.first else { return nil }
            let name = [code.map(String.init), newest.hangupName].compactMap { $0 }.joined(separator: " ")
            let cause = causes.causes(of: newest).first
            return "\(group.count) × \(name.isEmpty ? "no code" : name), last \(age(newest, now))"
                + (cause.map { ", owner \($0.owner.rawValue)" } ?? "")
        }
    }

    private static func age(_ record: CallRecord, _ now: CallTime) -> String {
        guard let ended = record.ended else { return "at an unknown time" }
        let seconds = max(0, (now - ended).components.seconds)
        switch seconds {
        case ..<120: return "\(seconds) seconds ago"
        case ..<7200: return "\(seconds / 60) minutes ago"
        case ..<172_800: return "\(seconds / 3600) hours ago"
        default: return "\(seconds / 86_400) days ago"
        }
    }
}

extension CallRecord {
    /// Whether the call ended before the other one.
    fileprivate func isBefore(_ other: CallRecord) -> Bool {
        guard let ended, let theirs = other.ended else { return ended == nil && other.ended != nil }
        return ended < theirs
    }
}
