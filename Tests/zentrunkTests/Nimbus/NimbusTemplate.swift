extension NimbusAdapter {
    public static let template = Array(
        #"""
        {
          "extends": "zentrunk",
          "pairing": "nimbus",
          "title": "Plivo Zentrunk and Nimbus",
          "verified": "2026-11-30",
          "parameters": {
            "agent": { "type": "id", "help": "Id of the agent that answers" },
            "authentication": { "default": "ip-acl", "help": "How Nimbus authenticates its outbound calls to Zentrunk" }
          },
          "secrets": { "sip": { "when": { "direction": ["outbound", "both"], "authentication": "credentials" } } },
          "refuse": [
            { "when": { "direction": ["inbound", "both"], "agent": null },
              "because": "nothing would answer an inbound call: pass --agent", "next": ["--agent ID"] }
          ],
          "resources": {
            "acl": {},
            "credential": { "when": { "direction": ["outbound", "both"], "authentication": "credentials" } },
            "outbound-trunk": {
              "body": { "ipacl_uuid": "${acl.ipacl_uuid?}", "credential_uuid": "${credential.credential_uuid?}" }
            },
            "uri": {
              "kind": "zentrunk.origination-uri",
              "when": { "direction": ["inbound", "both"] },
              "body": { "name": "${name}", "authentication_needed": false,
                        "uri": { "$select": "secure", "cases": { "true": "${platform.sip_host}:5061;transport=tls",
                                                                "false": "${platform.sip_host}:5060;transport=tcp" } } }
            },
            "failover-uri": {},
            "inbound-trunk": {},
            "line": {
              "kind": "nimbus.line",
              "each": "numbers",
              "body": {
                "phone_number": "${number}",
                "nickname": "${name}",
                "host": { "$when": { "direction": ["outbound", "both"] }, "$value": "${outbound-trunk.trunk_domain}" },
                "transport": { "$select": "secure", "cases": { "true": "TLS", "false": "TCP" } },
                "user": { "$when": { "direction": ["outbound", "both"], "authentication": "credentials" },
                          "$value": "${secrets.sip.username}" },
                "password": { "$when": { "direction": ["outbound", "both"], "authentication": "credentials" },
                              "$value": "${secrets.sip.password}" },
                "agents": [{ "$when": { "agent": "*" }, "agent_id": "${agent}", "weight": 1 }]
              }
            },
            "route": {}
          }
        }
        """#.utf8)
}
