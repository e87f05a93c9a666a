import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlatforms
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Misbehaving vendors")
struct SickVendorTests {
    /// A vendor, with the pairing it belongs to.
    struct Half: Sendable, CustomTestStringConvertible {
        var vendor: String
        var title: String
        /// The variable with its address.
        var address: String
        var pairing: Pairing

        var testDescription: String { vendor }

        static let all =
            [
                Half(
                    vendor: "plivo", title: "Plivo", address: "PLIVO_API_URL",
                    pairing: Pairing(Platforms.exemplary.adapter, Platforms.exemplary.sandbox))
            ]
            + Pairing.all.map {
                Half(
                    vendor: $0.vendor, title: $0.adapter.platform.title, address: $0.addressVariable ?? "",
                    pairing: $0)
            }
    }

    /// A misbehaviour of a vendor or of a server in between.
    struct Sickness: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var effect: SandboxFault.Effect
        var status: Int32 = 3
        /// Parts of the expected message and its next step.
        var words: [String]

        init(_ description: String, _ effect: SandboxFault.Effect, status: Int32 = 3, _ words: String...) {
            testDescription = description
            self.effect = effect
            self.status = status
            self.words = words
        }

        private static func answer(
            _ status: Int, _ headers: [String: String] = [:], _ body: String = ""
        ) -> SandboxFault.Effect {
            .answer(SandboxAnswer(status: status, headers: headers, body: Array(body.utf8)))
        }

        private static let page = "<!DOCTYPE html><html><head><title>Sign in</title></head></html>"
        private static let html = ["Content-Type": "text/html"]
        private static let lines = Dictionary(uniqueKeysWithValues: (0..<600).map { ("X-\($0)", "y") })

        /// Misbehaviours after which a client must not wait or retry.
        static let lasting = [
            Sickness("429 for an hour", .rateLimited(retryAfterSeconds: 3600), status: 4, "limits", "wait 60 minutes"),
            Sickness(
                "429 until a date", answer(429, ["Retry-After": "Fri, 31 Dec 2999 23:59:59 GMT"]), status: 4,
                "limits", "wait 24 hours"),
            Sickness("a page", answer(200, html, page), "an HTML page: Sign in", "no proxy or gateway"),
            Sickness("a page with 404", answer(404, html, page), "404", "an HTML page", "no proxy or gateway"),
            Sickness("gzip", answer(200, ["Content-Encoding": "gzip"], "\u{1F}\u{8B}"), "compressed"),
            Sickness("another shape", answer(200, [:], #""fine""#), "unreadable", "no proxy or gateway"),
            Sickness("wrong content", answer(200, ["Content-Type": "application/json"], "fine"), "unreadable"),
            Sickness("no body", .emptyAnswer, "unreadable"),
            Sickness("broken JSON", .breakJSON, "unreadable"),
            Sickness("many header lines", answer(200, lines, "{}"), "more header lines than are read"),
            Sickness(
                "17 MB", answer(200, [:], String(repeating: " ", count: 17 << 20)), "a larger answer than is read"),
        ]

        /// Misbehaviours after which reads are retried.
        static let passing = [
            Sickness("500", .serverError, "answered 500", "wait a few minutes"),
            Sickness("a page with 503", .unavailable, "answered 503", "wait a few minutes"),
            Sickness(
                "503 for an hour", answer(503, ["Retry-After": "3600"]), "answered 503", "wait 60 minutes"),
            Sickness("hangs up", .closeBeforeActing, "closed the connection before it answered", "network"),
            Sickness("hangs up half way", .truncateAnswer, "before its answer was complete", "network"),
        ]
    }

    private func checkEnd(_ result: Program.Result, _ half: Half, _ words: [String], status: Int32) throws {
        #expect(result.status == status, "\(result.stderr)")
        let error = try #require(try result.json["error"], "\(result.stdout)")
        let text = "\(error["message"]?.string ?? "") \((error["next"]?.array ?? []).compactMap(\.string))"
        #expect(text.contains(half.title))
        for word in words { #expect(text.contains(word), "\(text)") }
        #expect(error["next"]?.array?.isEmpty == false)
        // The text output has a message and a next step, but no raw page and no control character.
        #expect(result.stderr.contains("next: "))
        #expect(!result.stderr.contains("<"))
        #expect(!result.stderr.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    }

    @Test(
        "Every invalid response ends a connect before the first write", arguments: Half.all,
        Sickness.lasting + Sickness.passing)
    func reads(_ half: Half, _ sickness: Sickness) async throws {
        try await Desk.run { desk async throws in
            let before = desk.sandbox.state
            desk.sandbox.setFaults([SandboxFault(vendor: half.vendor, effect: sickness.effect)])
            let result = try await desk.zentrunk(half.pairing.command("connect", "--json", "--yes"))
            try checkEnd(result, half, sickness.words, status: sickness.status)
            #expect(try result.json["undone"] == .null)
            #expect(desk.writes.isEmpty)
            #expect(desk.sandbox.state == before)
        }
    }

    @Test(
        "A vendor that misbehaves from the first write on leaves both accounts as before", arguments: Half.all,
        Sickness.lasting)
    func writes(_ half: Half, _ sickness: Sickness) async throws {
        // These faults process the request before they damage the response. The object is found, so the run succeeds.
        let acts = [.emptyAnswer, .breakJSON].contains(sickness.effect)
        try await Desk.run { desk async throws in
            let before = desk.sandbox.state
            desk.sandbox.setFaults([SandboxFault(vendor: half.vendor, writesOnly: true, effect: sickness.effect)])
            let result = try await desk.zentrunk(half.pairing.command("connect", "--json", "--yes"))
            if acts {
                #expect(result.status == 0, "\(result.stderr)")
                return try half.pairing.check(desk.sandbox.state, Combination(pairing: half.pairing))
            }
            try checkEnd(result, half, sickness.words, status: 6)
            #expect(try result.json["undone"] == true)
            #expect(desk.sandbox.state == before)
            desk.sandbox.setFaults([])
            let again = try await desk.zentrunk(half.pairing.command("connect", "--json", "--yes"))
            #expect(again.status == 0, "\(again.stderr)")
        }
    }

    @Test(
        "An unreachable vendor ends a connect before the first write", arguments: Half.all,
        [
            ("https://nobody.invalid", ["has no address", "name of the server"]),
            ("http://127.0.0.1:1", ["did not accept a connection", "network"]),
            ("https://127.0.0.1:1", ["did not accept a connection", "network"]),
            ("", ["no acceptable TLS connection", "clock and certificate authorities"]),
        ])
    func unreachable(_ half: Half, _ place: (address: String, words: [String])) async throws {
        try await Desk.run { desk async throws in
            let before = desk.sandbox.state
            // The vendor's own address with https, although the server speaks plain http.
            let own = desk.sandbox.url(of: half.vendor)?.replacing("http://", with: "https://") ?? ""
            let address = place.address.isEmpty ? own : place.address
            let result = try await desk.zentrunk(
                half.pairing.command("connect", "--json", "--yes"), with: [half.address: address])
            try checkEnd(result, half, place.words, status: 3)
            #expect(desk.writes.isEmpty)
            #expect(desk.sandbox.state == before)
        }
    }

    @Test("A vendor that misbehaves only for a moment does not fail a connect", arguments: Half.all)
    func moment(_ half: Half) async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.setFaults([
                SandboxFault(vendor: half.vendor, hits: .first(1), effect: .unavailable),
                SandboxFault(vendor: half.vendor, hits: .nth(2), effect: .rateLimited(retryAfterSeconds: 0)),
                SandboxFault(vendor: half.vendor, hits: .nth(3), effect: .closeBeforeActing),
            ])
            let result = try await desk.zentrunk(half.pairing.command("connect", "--json", "--yes"))
            #expect(result.status == 0, "\(result.stderr)")
            try half.pairing.check(desk.sandbox.state, Combination(pairing: half.pairing))
        }
    }
}
