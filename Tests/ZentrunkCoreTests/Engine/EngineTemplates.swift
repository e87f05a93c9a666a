/// Templates beside the built-in one of the platform in memory.
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
}
