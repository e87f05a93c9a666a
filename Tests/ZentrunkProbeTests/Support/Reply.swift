import ZentrunkProbe

/// Writes replies to a request as a server would: Via, From, Call-ID and CSeq copied from it.
struct Reply {
    var status = "200 OK"
    var via: String
    var from: String
    var callID: String
    var sequence: String
    /// Further lines.
    var more: [String] = []
    var body = ""

    init(to request: [UInt8]) {
        let lines = String(decoding: request, as: UTF8.self).components(separatedBy: "\r\n")
        func value(_ name: String) -> String {
            lines.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) } ?? ""
        }
        via = value("Via")
        from = value("From")
        callID = value("Call-ID")
        sequence = value("CSeq")
    }

    func with(_ change: (inout Reply) -> Void) -> Reply {
        var copy = self
        change(&copy)
        return copy
    }

    var text: String {
        ([
            "SIP/2.0 \(status)", "Via: \(via)", "From: \(from)", "To: <sip:127.0.0.1>;tag=there", "Call-ID: \(callID)",
            "CSeq: \(sequence)",
        ] + more + ["Content-Length: \(body.utf8.count)"]).joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    var bytes: [UInt8] { Array(text.utf8) }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
