/// Templates for the platform in memory, besides its built-in one.
enum EngineTemplates {
    /// A pool that shares the connection's numbers, and nothing at the carrier.
    static let pool = Array(
        #"""
        {
          "pairing": "memory", "title": "A pool", "verified": "2026-11-30",
          "parameters": { "note": { "type": "string", "help": "A note" } },
          "resources": {
            "pool": { "kind": "memory.pool",
                      "body": { "name": "${name}", "numbers": "${numbers}", "note": "${note?}" } }
          }
        }
        """#.utf8)

    /// A desk that logs in to the carrier.
    static let desk = Array(
        #"""
        {
          "pairing": "memory", "title": "A desk", "verified": "2026-11-30",
          "parameters": { "agent": { "type": "id", "help": "Who answers" } },
          "secrets": { "sip": { "type": "sip-credential" } },
          "resources": {
            "login": { "kind": "carrier.login",
                       "body": { "name": "${name}", "username": "${secrets.sip.username}",
                                 "password": "${secrets.sip.password}" } },
            "desk": { "kind": "memory.desk", "each": "numbers",
                      "body": { "number": "${number}", "name": "${name}", "agent": "${agent?}",
                                "user": "${secrets.sip.username}", "password": "${secrets.sip.password}" } }
          }
        }
        """#.utf8)

    /// Two halves that do not refer to one another: a line, and a trunk to a fixed address.
    static let unlinked = Array(
        #"""
        {
          "pairing": "memory", "title": "Two halves", "verified": "2026-11-30",
          "resources": {
            "uri": { "kind": "carrier.uri", "body": { "name": "${name}", "uri": "sip.memory.example.com" } },
            "in": { "kind": "carrier.trunk",
                    "body": { "name": "${name}", "direction": "inbound", "uri": "${uri.id}" } },
            "line": { "kind": "memory.line", "each": "numbers",
                      "body": { "type": "sip", "number": "${number}", "name": "${name}" } },
            "route": { "kind": "carrier.route", "each": "numbers",
                       "body": { "number": "${number}", "trunk": "${in.id}" } }
          }
        }
        """#.utf8)

    /// A line that needs a key, and an agent for inbound calls.
    static let choosy = Array(
        #"""
        {
          "pairing": "memory", "title": "A line", "verified": "2026-11-30",
          "parameters": {
            "agent": { "type": "id", "help": "Who answers" },
            "key": { "type": "id", "help": "A key", "required": { "direction": ["inbound", "both"] } }
          },
          "refuse": [{ "when": { "agent": null }, "because": "no agent would answer" }],
          "resources": {
            "line": { "kind": "memory.line", "each": "numbers",
                      "body": { "number": "${number}", "name": "${name}", "agent": "${agent?}", "note": "${key}" } }
          }
        }
        """#.utf8)

    /// A pool that rings the lines of all numbers, or none of them.
    static let ringing = Array(
        #"""
        {
          "pairing": "memory", "title": "A pool of lines", "verified": "2026-11-30",
          "parameters": {
            "ring": { "type": "choice", "choices": ["none", "all"], "default": "none", "help": "Which lines ring" }
          },
          "resources": {
            "line": { "kind": "memory.line", "each": "numbers", "body": { "number": "${number}", "name": "${name}" } },
            "pool": { "kind": "memory.pool", "body": { "name": "${name}", "lines": {
              "$select": "ring", "cases": { "none": [], "all": "${line.id}" } } } }
          }
        }
        """#.utf8)

    /// A gateway, or a pool in its place.
    static let either = Array(
        #"""
        {
          "pairing": "memory", "title": "One of two", "verified": "2026-11-30",
          "parameters": {
            "mode": { "type": "choice", "choices": ["gateway", "pool"], "default": "gateway", "help": "Which" }
          },
          "resources": {
            "gateway": { "kind": "memory.gateway", "when": { "mode": "gateway" },
                         "body": { "type": "sip", "name": "${name}", "hosts": [] } },
            "pool": { "kind": "memory.pool", "when": { "mode": "pool" },
                      "body": { "name": "${name}", "numbers": "${numbers}" } }
          }
        }
        """#.utf8)
}
