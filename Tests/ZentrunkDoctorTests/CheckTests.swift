import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkProbe

@testable import ZentrunkDoctor

@Suite("Checks over values")
struct CheckTests {
    // MARK: The account

    @Test(
        "Credit",
        arguments: [
            ("prepaid", "25.00", false, DoctorCheck.Status.pass), ("prepaid", "0.00000", false, .fail),
            ("prepaid", "-1", true, .fail), ("prepaid", "1.20", false, .warn), ("prepaid", "1.20", true, .pass),
            ("postpaid", "-100", false, .pass),
        ] as [(String, String, Bool, DoctorCheck.Status)])
    func credit(_ billing: String, _ credits: String, _ recharges: Bool, _ status: DoctorCheck.Status) throws {
        let record = try AccountRecord(
            JSONCursor([
                "billing_mode": .string(billing), "cash_credits": .string(credits), "auto_recharge": .bool(recharges),
                "account_type": "standard", "name": "Jane Doe",
            ]))
        let check = AccountChecks.credit(record)
        #expect(check.status == status)
        #expect(check.owner == (status == .pass ? .none : .customer))
        #expect(record.shown["name"] == nil)
    }

    @Test("What Plivo leaves out is unknown: a billing mode, and the flags of a number")
    func missingMembers() throws {
        let record = try AccountRecord(JSONCursor(["cash_credits": "0"]))
        #expect(AccountChecks.credit(record).status == .warn)
        let number = try PhoneNumber("+14155550100")
        func checks(_ members: JSONObject) throws -> [DoctorCheck] {
            var halves = Halves()
            halves.numbers = [.init(number: number, status: .found(try NumberStatus(JSONCursor(.object(members)))))]
            return CarrierChecks(halves: halves, account: "MA1").checks.filter { $0.id != "carrier.number.present" }
        }
        let silent = try checks([:])
        #expect(silent.map(\.id) == ["carrier.number.voice", "carrier.number.active"])
        #expect(silent.allSatisfy { $0.status == .unknown && $0.isInformation })
        #expect(try checks(["voice_enabled": true, "active": true]).map(\.status) == [.pass, .pass])
        #expect(try checks(["voice_enabled": false, "active": false]).map(\.status) == [.fail, .fail])
    }

    @Test("Zentrunk is off when the account answers and its trunks are forbidden")
    func zentrunk() throws {
        let record = try AccountRecord(JSONCursor(["account_type": "developer", "cash_credits": "10"]))
        let forbidden = ZentrunkError(.refused, "forbidden", at: .carrier, status: 403, vendorMessage: "not enabled")
        let off = Self.byID(AccountChecks.account(.success(record), zentrunk: .failure(forbidden)))
        #expect(off["account.zentrunk"]?.status == .fail && off["account.type"]?.status == .warn)
        let down = ZentrunkError(.unavailable, "down", at: .carrier, status: 503)
        let unread = Self.byID(AccountChecks.account(.success(record), zentrunk: .failure(down)))
        #expect(unread["account.zentrunk"]?.status == .unknown && unread["account.zentrunk"]?.owner == .carrier)
        let refused = ZentrunkError(.unauthenticated, "refused", at: .carrier, status: 401)
        let key = AccountChecks.account(.failure(refused), zentrunk: .failure(refused))
        #expect(key.map(\.id) == ["account.key"])
        #expect(key.map(\.status) == [.unknown] && key.map(\.owner) == [.customer])
    }

    private static func byID(_ checks: [DoctorCheck]) -> [String: DoctorCheck] {
        Dictionary(uniqueKeysWithValues: checks.map { ($0.id, $0) })
    }

    @Test("A clock that is off by more than a minute is a warning, a short difference is the network's")
    func clock() {
        func check(_ skew: Duration) -> DoctorCheck.Status {
            AccountChecks.clock([.init(host: "api.plivo.com", skew: skew, date: "now")]).status
        }
        #expect(check(.seconds(2)) == .pass && check(.seconds(-59)) == .pass)
        #expect(check(.seconds(61)) == .warn && check(.seconds(-3600)) == .warn)
        #expect(AccountChecks.clock([]).status == .unknown && AccountChecks.clock([]).isInformation)
    }

    @Test(
        "Dates of HTTP",
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799), ("Tue, 01 Dec 2026 04:00:00 GMT", 1_796_097_600),
            ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("06 Nov 1994", nil), ("", nil),
        ] as [(String, Double?)])
    func dates(_ text: String, _ seconds: Double?) { #expect(HTTPDate.seconds(text) == seconds) }

    // MARK: The wire

    @Test(
        "A probe's verdict decides status and owner",
        arguments: [
            (.answers, .reachable, .pass, .none), (.refuses, .reachable, .pass, .none),
            (.closed, .unreachable, .fail, .wire), (.expired, .unreachable, .fail, .wire),
            (.wrongName, .unreachable, .fail, .wire), (.untrusted, .unreachable, .fail, .wire),
            (.noTLS, .unreachable, .fail, .wire), (.notSIP, .unreachable, .fail, .wire),
            (.unresolved, .unreachable, .fail, .carrierConfig), (.silent, .unknown, .unknown, .unknown),
            (.noRoute, .unknown, .unknown, .unknown), (.dnsFailed, .unknown, .unknown, .unknown),
        ] as [(ProbeVerdict, ProbeReport.Result, DoctorCheck.Status, Cause.Owner)])
    func wire(
        _ verdict: ProbeVerdict, _ result: ProbeReport.Result, _ status: DoctorCheck.Status, _ owner: Cause.Owner
    ) throws {
        let target = WireTarget(target: try ProbeTarget("sip.example.com;transport=tls"), direction: .inbound)
        let check = WireChecks.check(target, .success(WireFinding(target.target, result: result, verdict: verdict)))
        #expect(check.status == status && check.owner == owner)
        #expect(!check.isInformation)
        #expect(check.finding.contains("has no address") == (verdict == .unresolved))
        var fallback = target
        fallback.isPrimary = false
        let other = WireChecks.check(fallback, .success(WireFinding(target.target, result: result, verdict: verdict)))
        #expect(other.status == (status == .fail ? .warn : status))
    }

    @Test("Silence over UDP decides nothing")
    func silence() throws {
        let udp = WireTarget(target: try ProbeTarget("sip.example.com;transport=udp"), direction: .outbound)
        let check = WireChecks.check(udp, .success(WireFinding(udp.target, result: .unknown, verdict: .silent)))
        #expect(check.status == .unknown && check.isInformation)
    }

    // MARK: The last calls

    private static let now = CallTime(secondsSince1970: 1_800_000_000)

    private static func call(_ code: Int, ago: Int64, duration: Int64 = 0) throws -> CallRecord {
        let ended = now - .seconds(ago)
        return try CallRecord(
            JSONCursor([
                "call_uuid": .string("u\(ago)"), "call_direction": "inbound",
                "hangup_cause_code": .integer(Int64(code)),
                "call_duration": .integer(duration), "end_time": .string(ended.description),
            ]))
    }

    @Test("Calls that failed before one that worked are history")
    func history() throws {
        let causes = try CauseTable.bundled
        let number = try PhoneNumber("+14155550100")
        func check(_ calls: [CallRecord]) -> DoctorCheck {
            HistoryChecks.check(
                .init(number: number, direction: .inbound), .success(calls), causes: causes, now: Self.now)
        }
        let failed = try Self.call(4090, ago: 60)
        let worked = try Self.call(3010, ago: 3600, duration: 20)
        let older = try Self.call(4090, ago: 7200)
        let empty = try Self.call(3010, ago: 5)
        #expect(check([]).status == .pass)
        #expect(check([worked, failed]).status == .warn && check([failed, worked]).owner == .platformConfig)
        #expect(check([older, worked]).status == .pass && check([worked, older]).evidence.count == 2)
        // A hangup without a second of talk proves nothing.
        #expect(check([empty, worked]).status == .warn)
        #expect(check([failed]).isInformation)
        let error = ZentrunkError(.unavailable, "down", at: .carrier, status: 500)
        let unread = HistoryChecks.check(
            .init(number: number, direction: .inbound), .failure(error), causes: causes, now: Self.now)
        #expect(unread.status == .unknown && unread.isInformation)
    }

    // MARK: The verdict

    @Test("The first failing check decides; what could not run decides if nothing fails; information never does")
    func verdict() {
        func check(_ stage: DoctorCheck.Stage, _ status: DoctorCheck.Status, information: Bool = false) -> DoctorCheck {
            let site = CheckSite(stage: stage, owner: .wire, isInformation: information)
            return site.check("x", status, finding: "\(stage) is \(status)")
        }
        let wire = check(.wire, .fail)
        let carrier = check(.carrier, .fail)
        let open = check(.account, .unknown)
        #expect(Diagnosis("x", [wire, carrier]).decisive?.id == "carrier.x")
        #expect(Diagnosis("x", [open, wire]).decisive?.id == "wire.x")
        #expect(Diagnosis("x", [open]).sentence == "cannot be told: account is unknown")
        #expect(Diagnosis("x", [check(.account, .unknown, information: true)]).verdict == .ready)
        #expect(Diagnosis("x", [check(.history, .warn)]).verdict == .ready)
        #expect(Diagnosis("x", [wire]).json["verdict"] == "will-fail")
        #expect(Diagnosis("x\u{1B}", []).subject == "x\\u001b")
    }

    @Test("The broken link is marked in the path of its direction")
    func path() {
        let site = CheckSite(stage: .carrier, owner: .carrierConfig, link: .trunk, direction: .inbound)
        let broken = site.fail("inbound-trunk.enabled", "off")
        let labels: [DoctorCheck.Link: String] = [.account: "MA1", .number: "+1", .trunk: "t", .host: "h"]
        let inbound = CallPath(.inbound, labels, platform: "Acme", [broken])
        #expect(inbound.steps.map(\.title) == ["phone", "Plivo", "number", "trunk", "host"])
        #expect(inbound.steps.map { $0.status == .fail } == [false, false, false, true, false])
        let outbound = CallPath(.outbound, labels, platform: "Acme", [broken])
        #expect(outbound.steps.allSatisfy { $0.status == .pass })
        #expect(outbound.steps.last?.title == "phone")
    }

    @Test("A network contains its parts")
    func networks() throws {
        let wide = try IPNetwork("13.52.9.0/25")
        #expect(try wide.contains(IPNetwork("13.52.9.0/25")) && wide.contains(IPNetwork("13.52.9.64/26")))
        #expect(try !wide.contains(IPNetwork("13.52.9.128/25")) && !wide.contains(IPNetwork("13.52.8.0/23")))
        #expect(try IPNetwork("0.0.0.0/0").contains(wide))
    }
}
