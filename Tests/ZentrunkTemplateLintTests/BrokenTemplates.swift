extension BrokenTemplate {
    private init(
        _ testDescription: String, _ from: String, _ to: String, at path: String, _ line: Int, _ message: String,
        _ suggestion: String? = nil
    ) {
        self.init(
            testDescription: testDescription, from: from, to: to, path: path, line: line, message: message,
            suggestion: suggestion)
    }

    static let errors: [BrokenTemplate] = head + conditions + bodies + sources + reach

    private static let head: [BrokenTemplate] = [
        BrokenTemplate(
            "unknown member", #""guides":"#, #""guide":"#, at: "/guide", 3, "means nothing", #"did you mean "guides"?"#),
        BrokenTemplate(
            "unknown platform", #""pairing": "test""#, #""pairing": "tset""#, at: "/pairing", 2,
            "unknown platform \"tset\"",
            #"did you mean "test"?"#),
        BrokenTemplate(
            "a platform's name that no object could carry", #""pairing": "test""#, #""pairing": "other""#,
            at: "/resources/trunk", 18, "names have up to 30 characters", "shorten the key by 1"),
        BrokenTemplate(
            "no such day", "2026-11-22", "2026-02-29", at: "/verified", 2, "not a valid date", "2026-11-22"),
        BrokenTemplate(
            "another spelling of a day", "2026-11-22", "22 November", at: "/verified", 2, "not a valid date"),
        BrokenTemplate(
            "a guide that is not a link", "https://example.com/guide", "the guide", at: "/guides/0", 3, "a page",
            "https://"),
        BrokenTemplate(
            "unknown type", #""type": "string""#, #""type": "strnig""#, at: "/parameters/agent/type", 5,
            "unknown type \"strnig\"", #"did you mean "string"?"#),
        BrokenTemplate(
            "choices of a string", #""type": "string","#, #""type": "string", "choices": ["a"],"#,
            at: "/parameters/agent/choices", 5, "only a choice has choices", #""type": "choice""#),
        BrokenTemplate(
            "a choice twice", #"["us", "eu"]"#, #"["us", "eu", "us"]"#, at: "/parameters/region/choices", 6,
            "different texts"),
        BrokenTemplate(
            "a default outside the choices", #""default": "us""#, #""default": "uss""#,
            at: "/parameters/region/default",
            6, "did you mean \"us\"?"),
        BrokenTemplate(
            "a parameter's name that is taken", #""agent": { "type""#,
            #""connection": { "type": "string", "help": "" }, "agent": { "type""#, at: "/parameters/connection", 5,
            "cannot have this name"),
        BrokenTemplate(
            "a direction that no pairing has", #""agent": { "type": "string","#,
            #""direction": { "type": "choice", "choices": ["inbound", "both", "outbuond"], "help": "" }, "agent": { "type": "string","#,
            at: "/parameters/direction/choices", 5, "cannot be \"outbuond\"", #"did you mean "outbound"?"#),
        BrokenTemplate(
            "another type for what every pairing has", #""agent": { "type": "string","#,
            #""failover": { "type": "bool", "help": "" }, "agent": { "type": "string","#,
            at: "/parameters/failover/type", 5, "has another type"),
        BrokenTemplate(
            "no variable's name", #""help": "who answers""#, #""environment": "my-agent", "help": """#,
            at: "/parameters/agent/environment", 5, "not a valid name of an environment variable", "capital letters"),
        BrokenTemplate(
            "unknown secret type", #""type": "sip-credential""#, #""type": "token""#, at: "/secrets/sip/type", 9,
            "expected sip-credential"),
        BrokenTemplate("no reason", #", "because": "not from here""#, "", at: "/refuse/0/because", 11, "a value"),
    ]

    private static let conditions: [BrokenTemplate] = [
        BrokenTemplate(
            "unknown parameter", #""region": "us" }"#, #""regoin": "us" }"#, at: "/refuse/0/when/regoin", 11,
            "unknown parameter \"regoin\"", #"did you mean "region"?"#),
        BrokenTemplate(
            "a value that a choice cannot have", #"["inbound", "both"]"#, #"["inbound", "botth"]"#,
            at: "/resources/route/when/direction/1", 33, "can never be \"botth\"", #"did you mean "both"?"#),
        BrokenTemplate(
            "a negated value that a choice cannot have", #""when": { "authentication": "list" }"#,
            #""when": { "authentication": "!credential" }"#, at: "/resources/acl/when/authentication", 15,
            "can never be \"credential\"", "credentials"),
        BrokenTemplate(
            "absence of what has a default", #""region": "us" }"#, #""region": null }"#, at: "/refuse/0/when/region",
            11, "never absent"),
        BrokenTemplate(
            "one number in what is decided for all", #""when": { "authentication": "list" }"#,
            #""when": { "number": "+1*" }"#, at: "/resources/acl/when/number", 15, "decided once for all numbers",
            "refuse"),
        BrokenTemplate(
            "one number in what exists once", #"{ "$when": { "authentication": "credentials" }, "$value""#,
            #"{ "$when": { "number": "+1*" }, "$value""#, at: "/resources/trunk/body/user/$when/number", 23, "each",
            #""each": "numbers""#),
        BrokenTemplate(
            "a list that equals nothing", #""number": "+91*""#, #""numbers": "+91*""#, at: "/refuse/0/when/numbers", 11,
            "cannot be compared", "number"),
        BrokenTemplate(
            "a missing case", #""true": 5061, "false": 5060"#, #""true": 5061"#, at: "/resources/trunk/body/port/cases",
            22, "no case for secure \"false\"", #"add "false""#),
        BrokenTemplate(
            "a surplus case", #""false": 5060"#, #""false": 5060, "flase": 1"#,
            at: "/resources/trunk/body/port/cases/flase", 22, "can never be \"flase\"", #"did you mean "false"?"#),
        BrokenTemplate(
            "a selection by free text", #"{ "$select": "secure", "cases": { "true": 5061, "false": 5060 } }"#,
            #"{ "$select": "agent", "cases": { "me": 5061 } }"#, at: "/resources/trunk/body/port/$select", 22,
            "any text", "choice or bool"),
    ]

    private static let bodies: [BrokenTemplate] = [
        BrokenTemplate(
            "unknown kind", "test.list", "test.lits", at: "/resources/acl/kind", 15, "unknown kind",
            #"did you mean "test.list"?"#),
        BrokenTemplate(
            "unknown field", #""host": "#, #""hosst": "#, at: "/resources/trunk/body/hosst", 25, "no field \"hosst\"",
            #"did you mean "host"?"#),
        BrokenTemplate(
            "a field that the vendor sets", #""host": "#, #""id": "#, at: "/resources/trunk/body/id", 25,
            "the vendor sets it"),
        BrokenTemplate(
            "a value of another shape", "5061", #""5061""#, at: "/resources/trunk/body/port/cases/true", 22,
            "expected an integer, found a string"),
        BrokenTemplate(
            "a value that is none of the choices", #""udp""#, #""upd""#, at: "/resources/trunk/body/mode", 25,
            "none of udp, tls", #"did you mean "udp"?"#),
        BrokenTemplate(
            "a truth where text belongs", #""${platform.host}""#, #""${secure}""#, at: "/resources/trunk/body/host", 25,
            "${secure} is true or false, and this field takes a string"),
        BrokenTemplate(
            "text where a number belongs", #""cases": { "true": 5061"#, #""cases": { "true": "${platform.host}:1""#,
            at: "/resources/trunk/body/port/cases/true", 22, "expected an integer, found text"),
        BrokenTemplate(
            "a list where one belongs", #""agent": "${agent?}""#, #""agent": "${numbers}""#,
            at: "/resources/line/body/agent", 30, "is a list", "$spread"),
        BrokenTemplate(
            "all of them where one belongs", #""route": {"#,
            #""more": { "kind": "test.trunk", "body": { "name": "${name}", "user": "${line.id}" } }, "route": {"#,
            at: "/resources/more/body/user", 32, "${line.id} is a list"),
        BrokenTemplate(
            "choices that the field does not take", #""mode": "udp""#, #""mode": "${region}""#,
            at: "/resources/trunk/body/mode", 25, #"${region} can be "us" and "eu""#, "$select"),
        BrokenTemplate(
            "a name under which nothing is found again", #""name": "${name}", "secure""#,
            #""name": "my ${name}", "secure""#, at: "/resources/trunk/body/name", 21, "recognised by \"name\"",
            #"write "${name}""#),
        BrokenTemplate(
            "no name", #""name": "${name}", "secure""#, #""secure""#, at: "/resources/trunk/body", 20,
            "needs \"name\"", #"add "name": "${name}""#),
        BrokenTemplate(
            "a number that is always the same", #""number": "${number}", "agent""#, #""number": "+1", "agent""#,
            at: "/resources/line/body/number", 30, "recognised by \"number\"", #"write "${number}""#),
        BrokenTemplate(
            "not once per number", #""each": "numbers", "after""#, #""each": "number", "after""#,
            at: "/resources/route/each", 33, "expected \"numbers\"", #""each": "numbers""#),
        BrokenTemplate(
            "unknown form", #"{ "$when": { "authentication": "credentials" }, "$value": "#,
            #"{ "$if": { "authentication": "credentials" }, "$value": "#, at: "/resources/trunk/body/user/$if", 23,
            "$when"),
    ]

    private static let sources: [BrokenTemplate] = [
        BrokenTemplate(
            "unknown parameter in a reference", "${agent?}", "${agnet?}", at: "/resources/line/body/agent", 30,
            "unknown parameter", #"did you mean "agent"?"#),
        BrokenTemplate(
            "unknown resource", "${acl.id?}", "${alc.id?}", at: "/resources/trunk/body/list", 21,
            "unknown resource \"alc\"",
            #"did you mean "acl"?"#),
        BrokenTemplate(
            "unknown field of a resource", "${acl.id?}", "${acl.uid?}", at: "/resources/trunk/body/list", 21,
            "no field \"uid\" to read", #"did you mean "id"?"#),
        BrokenTemplate(
            "another kind's id", #""list": "${acl.id?}""#, #""list": "${acl.name?}""#,
            at: "/resources/trunk/body/list", 21, "holds the id of a test.list", "write ${acl.id}"),
        BrokenTemplate(
            "unknown secret", "${secrets.sip.password?}", "${secrets.spi.password?}",
            at: "/resources/trunk/body/password", 24, "unknown secret \"spi\"", #"did you mean "sip"?"#),
        BrokenTemplate(
            "a password where the vendor shows it", #""host": "${platform.host}""#,
            #""host": "${secrets.sip.password?}""#, at: "/resources/trunk/body/host", 25, "a password is allowed only",
            "username"),
        BrokenTemplate(
            "a password in a list that the vendor shows", #"{ "$spread": "${platform.networks}" }"#,
            #"{ "$spread": "${secrets.sip.password?}" }"#, at: "/resources/acl/body/networks/1", 16,
            "a password is allowed only"),
        BrokenTemplate(
            "unknown key in after", #""after": ["line"]"#, #""after": ["lnie"]"#, at: "/resources/route/after/0", 33,
            "unknown resource \"lnie\"", #"did you mean "line"?"#),
        BrokenTemplate(
            "a circle", #""kind": "test.trunk","#, #""kind": "test.trunk", "after": ["line"],"#,
            at: "/resources/trunk", 18, "trunk → line → trunk", "remove one"),
        BrokenTemplate(
            "no reference", "${platform.host}", "${platform..host}", at: "/resources/trunk/body/host", 25,
            "expected references such as"),
        BrokenTemplate(
            "two routes", #""route": {"#,
            #""other": { "kind": "test.route", "each": "numbers", "body": { "number": "${number}" } }, "route": {"#,
            at: "/resources/route", 32, "a number has one route"),
    ]

    private static let reach: [BrokenTemplate] = [
        BrokenTemplate(
            "a resource that is sometimes absent", "${acl.id?}", "${acl.id}", at: "/resources/trunk/body/list", 21,
            "has no value when authentication is credentials: acl does not exist then", "write ${acl.id?}"),
        BrokenTemplate(
            "a secret that is sometimes absent", "${secrets.sip.password?}", "${secrets.sip.password}",
            at: "/resources/trunk/body/password", 24, "has no value when authentication is list",
            "write ${secrets.sip.password?}"),
        BrokenTemplate(
            "a parameter that is sometimes absent", "${agent?}", "${agent}", at: "/resources/line/body/agent", 30,
            "has no value when agent is not given", "write ${agent?}"),
        BrokenTemplate(
            "unknown fact", "${platform.host}", "${platform.hots}", at: "/resources/trunk/body/host", 25,
            "provides no value \"platform.hots\"", #"did you mean "platform.host"?"#),
        BrokenTemplate(
            "unknown fact that may be absent", "${platform.host}", "${carrier.net?}", at: "/resources/trunk/body/host",
            25, "the carrier provides no value", "carrier.networks"),
    ]

    static let warnings: [BrokenTemplate] = [
        BrokenTemplate(
            "a parameter that nothing reads", #""agent": "${agent?}", "#, "", at: "/parameters/agent", 5,
            "nothing reads this parameter"),
        BrokenTemplate(
            "a secret that nothing uses",
            #""secrets": {"#, #""secrets": { "spare": { "type": "sip-credential" },"#, at: "/secrets/spare", 9,
            "nothing uses this secret"),
        BrokenTemplate(
            "a condition within its contrary", #""networks": ["192.0.2.0/24""#,
            #""networks": [{ "$when": { "authentication": "credentials" }, "$value": "192.0.2.0/24" }"#,
            at: "/resources/acl/body/networks/0/$when", 16, "never holds here"),
        BrokenTemplate(
            "a resource that is never made", #""refuse": ["#,
            #""refuse": [ { "when": { "authentication": "list" }, "because": "never" },"#, at: "/resources/acl", 14,
            "no choice of parameters creates"),
        BrokenTemplate(
            "everything is refused", #""refuse": ["#,
            #""refuse": [ { "when": { "direction": "*" }, "because": "never" },"#, at: "/refuse", 10,
            "every choice of parameters is refused"),
        BrokenTemplate(
            "a refusal that never happens", #""number": "+91*", "region": "us""#,
            #""agent": "a*", "number": "!*""#, at: "/refuse/0/when", 11, "cannot hold"),
        BrokenTemplate(
            "too many choices", #""refuse": ["#,
            #""refuse": [ { "when": { "agent": [\#((0..<999).map { "\"a\($0)\"" }.joined(separator: ","))] }, "because": "" },"#,
            at: "/parameters", 4, "too many parameters"),
        BrokenTemplate(
            "a day that is still to come", "2026-11-22", "2026-12-24", at: "/verified", 2, "still to come"),
    ]
}
