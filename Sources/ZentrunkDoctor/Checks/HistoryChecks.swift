import ZentrunkCore
import ZentrunkDiagnosis
package import ZentrunkPlivo

/// A moment in call records; the probe has a type of the same name.
package typealias CallTime = UTCTime

/// What the last calls say. They inform: the set-up may have changed since.
enum HistoryChecks {
    /// The last calls of a number.
    ///
    /// - Parameters:
    ///   - records: In any order.
    ///   - causes: The table that explains hangup codes.
    ///   - now: The time from which ages are counted.
    static func check(
        _ number: PhoneNumber, _ direction: Cause.Direction, _ records: Result<[CallRecord], ZentrunkError>,
        _ causes: CauseTable, now: UTCTime
    ) -> DoctorCheck {
        let id = "history.\(direction.rawValue)"
        func check(
            _ status: DoctorCheck.Status, _ finding: String, _ evidence: [String] = [], owner: Cause.Owner = .none,
            _ remedies: [Remedy] = []
        ) -> DoctorCheck {
            DoctorCheck(
                id, .history, status, finding, evidence: evidence, owner: owner, remedies: remedies, direction,
                about: number.e164, isInformation: true)
        }
        let list: [CallRecord]
        switch records {
        case .failure(let error):
            return DoctorCheck(
                unread: id, .history, "the call records of \(number)", error, direction, isInformation: true)
        case .success(let records): list = records
        }
        let calls = list.sorted { ($0.ended ?? .distantPast) > ($1.ended ?? .distantPast) }
        guard let newest = calls.first else {
            return check(.pass, "no \(direction.rawValue) call of \(number) is recorded")
        }
        let evidence = groups(calls, causes, now: now)
        let failing = calls.prefix { !works($0, causes) }
        guard !failing.isEmpty else {
            return check(
                .pass, "the newest \(direction.rawValue) call of \(number), \(age(newest, now)), worked", evidence)
        }
        let cause = causes.causes(of: newest).first
        let meaning = cause.map { ": \($0.meaning)" } ?? ""
        let code = newest.hangupCode.map { "with \($0)\(newest.hangupName.map { " \($0)" } ?? "")" } ?? "without a code"
        return check(
            .warn,
            "the newest \(direction.rawValue) call of \(number), \(age(newest, now)), ended \(code), and none has worked since\(meaning)",
            evidence, owner: cause?.owner ?? .unknown, cause?.remedies ?? [])
    }

    /// Whether a call shows that the path works: it was answered, or the called party did not take it.
    private static func works(_ record: CallRecord, _ causes: CauseTable) -> Bool {
        // A normal hangup before anything was heard proves nothing.
        if record.isSuccessful || [3000, 3010].contains(record.hangupCode) { return record.isSuccessful }
        return causes.causes(of: record).first?.owner == Cause.Owner.none && record.hangupCode != nil
    }

    /// The calls by hangup code, that of the newest first.
    private static func groups(_ calls: [CallRecord], _ causes: CauseTable, now: UTCTime) -> [String] {
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

    private static func age(_ record: CallRecord, _ now: UTCTime) -> String {
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

extension UTCTime {
    fileprivate static var distantPast: UTCTime { UTCTime(microseconds: .min) }
}
