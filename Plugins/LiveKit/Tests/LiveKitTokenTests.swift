import Foundation
import Testing
import ZentrunkJSON
import ZentrunkLiveKitSandbox
import ZentrunkSandbox

@Suite("LiveKit's access tokens in the sandbox")
struct LiveKitTokenTests {
    /// Created with PyJWT, because the sandbox and this suite could share an error.
    private static let foreign = [
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        "eyJpc3MiOiJBUElzYW5kYm94MDBrZXkiLCJleHAiOjE3MDAwMDA2MDAsIm5iZiI6MTY5OTk5OTk5MCwic3ViIjoiIiwic2lwIjp7ImFkbWluIjp0cnVlfX0",
        "hrJwg5ysRLSn-aZhhcHC49sLLUl1bCcZSbMoKLwlNWQ",
    ].joined(separator: ".")

    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var token: String?
        /// The plain text, or the part after its prefix; nil if the token is valid.
        var refusal: String?
        var testDescription: String { what }
    }

    private static func shifted(_ claim: String, by seconds: Int64) -> String {
        LiveKitClient.token([claim: .integer(Int64(LiveKitClient.now.timeIntervalSince1970) + seconds)])
    }

    @Test(
        "An invalid token is refused in plain text before any other check",
        arguments: [
            Case(what: "good", token: LiveKitClient.token()),
            Case(what: "made by another program", token: foreign),
            Case(
                what: "another secret", token: LiveKitClient.token(secret: "x"),
                refusal: ": token signature is invalid: signature is invalid"),
            Case(
                what: "another key", token: LiveKitClient.token(["iss": "APIother"]), refusal: "invalid API key"),
            Case(what: "no key", token: LiveKitClient.token(leavingOut: "iss"), refusal: "invalid API key"),
            Case(
                what: "no end", token: LiveKitClient.token(leavingOut: "exp"),
                refusal: ": token has invalid claims: token is missing required claim: exp claim is required"),
            Case(what: "an end as text", token: LiveKitClient.token(["exp": "2030"]), refusal: ""),
            Case(what: "a subject that is a number", token: LiveKitClient.token(["sub": 5]), refusal: ""),
            Case(what: "no subject", token: LiveKitClient.token(["sub": .null])),
            Case(
                what: "a grant as text", token: LiveKitClient.token(["sip": ["admin": "true"]]),
                refusal: ": json: cannot unmarshal string into Go struct field ClaimGrants.sip.admin of type bool"),
            Case(
                what: "grants as a list", token: LiveKitClient.token(["sip": []]),
                refusal: ": json: cannot unmarshal array into Go struct field ClaimGrants.sip of type auth.SIPGrant"),
            Case(what: "ended a minute ago", token: shifted("exp", by: -60)),
            Case(
                what: "ended longer ago", token: shifted("exp", by: -61),
                refusal: ": token has invalid claims: token is expired by 1m1s"),
            Case(
                what: "ended two hours ago", token: shifted("exp", by: -7205),
                refusal: ": token has invalid claims: token is expired by 2h0m5s"),
            Case(what: "begins in a minute", token: shifted("nbf", by: 60)),
            Case(
                what: "begins later", token: shifted("nbf", by: 61),
                refusal: ": token has invalid claims: token is not valid yet"),
            Case(what: "no beginning", token: LiveKitClient.token(leavingOut: "nbf")),
            Case(
                what: "no algorithm", token: LiveKitClient.token(header: ["alg": "none"]),
                refusal: ": token signature is invalid: signing method none is invalid"),
            Case(
                what: "another algorithm", token: LiveKitClient.token(header: ["alg": "HS512"]),
                refusal: ": token signature is invalid: signing method HS512 is invalid"),
            Case(what: "padded", token: LiveKitClient.token() + "=", refusal: ""),
            Case(what: "two parts", token: "a.b", refusal: ""),
            Case(what: "the key itself", token: LiveKitService.apiKey, refusal: ""),
        ])
    func tokens(_ expected: Case) {
        let reply = LiveKitClient().call("ListSIPInboundTrunk", token: expected.token)
        if let refusal = expected.refusal {
            #expect(reply.status == 401)
            #expect(reply.answer.headers["Content-Type"]?.hasPrefix("text/plain") == true)
            let isWhole = !refusal.isEmpty && !refusal.hasPrefix(":")
            #expect(reply.text == "\(isWhole ? "" : "invalid authorization token")\(refusal)\n")
            #expect(reply.json == .null)
        } else {
            #expect(reply.status == 200)
        }
    }

    @Test("Changing a claim invalidates the signature")
    func changedClaim() {
        let good = LiveKitClient.token().split(separator: ".").map(String.init)
        let other = LiveKitClient.token(["sip": ["admin": true, "call": true]]).split(separator: ".").map(String.init)
        let mixed = [good[0], other[1], good[2]].joined(separator: ".")
        #expect(LiveKitClient().call("ListSIPInboundTrunk", token: mixed).status == 401)
    }

    struct Grant: Sendable, CustomTestStringConvertible {
        var claims: JSONObject?
        var admin: Bool
        var call: Bool
        var testDescription: String { claims.map { JSONValue.object($0).text() } ?? "no token" }
    }

    @Test(
        "Trunks and rules need sip.admin, calls need sip.call, and one does not imply the other",
        arguments: [
            Grant(claims: nil, admin: false, call: false),
            Grant(claims: ["sip": .null], admin: false, call: false),
            Grant(claims: ["sip": ["admin": false]], admin: false, call: false),
            Grant(claims: ["sip": .null, "video": ["roomAdmin": true]], admin: false, call: false),
            Grant(claims: ["sip": ["admin": true]], admin: true, call: false),
            Grant(claims: ["sip": ["call": true]], admin: false, call: true),
            Grant(claims: ["sip": ["admin": true, "call": true]], admin: true, call: true),
        ])
    func grants(_ grant: Grant) {
        let token = grant.claims.map { LiveKitClient.token($0) }
        for (method, isAllowed, status) in [
            ("ListSIPDispatchRule", grant.admin, 200), ("ListSIPTrunk", grant.admin, 200),
            ("CreateSIPParticipant", grant.call, 400), ("TransferSIPParticipant", grant.call, 501),
        ] {
            let reply = LiveKitClient().call(method, token: token)
            #expect(reply.status == (isAllowed ? status : 401), "\(method)")
            if !isAllowed {
                #expect(reply.json == ["code": "unauthenticated", "msg": "permissions denied"], "\(method)")
            }
        }
    }

    @Test("Without the header, a token in the query is used and checked the same way")
    func query() {
        for (token, header, status) in [
            (LiveKitClient.token(), nil, 200), (LiveKitClient.token(secret: "x"), nil, 401), ("", nil, 401),
            (LiveKitClient.token(), "Bearer x", 401),
        ] as [(String, String?, Int)] {
            var headers = ["content-type": "application/json"]
            headers["authorization"] = header
            let answer = LiveKitClient().service.answer(
                SandboxRequest(
                    method: "POST", path: "/twirp/livekit.SIP/ListSIPInboundTrunk",
                    query: [SandboxQueryItem(name: "access_token", value: token)], headers: headers,
                    body: Array("{}".utf8)))
            #expect(answer.status == status)
        }
    }

    @Test("An Authorization header without Bearer is refused in plain text")
    func scheme() {
        let reply = LiveKitClient().send(
            path: "/twirp/livekit.SIP/ListSIPInboundTrunk",
            headers: ["content-type": "application/json", "authorization": LiveKitClient.token()],
            body: Array("{}".utf8))
        #expect(reply.status == 401)
        #expect(reply.json == .null)
    }
}
