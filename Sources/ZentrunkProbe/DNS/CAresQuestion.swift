import CCares

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// c-ares, initialised once. <https://c-ares.org/docs/ares_library_init.html>
private let caresStatus: CInt = ares_library_init(CInt(ARES_LIB_INIT_ALL))

/// One lookup, on the thread that runs it.
struct CAresQuestion: Sendable {
    let kind: DNSLookup.Kind
    let name: String
    let servers: String?
    let milliseconds: CInt

    /// What c-ares' callback fills, on the same thread.
    private final class Reply {
        var outcome: CAresOutcome?
    }

    func run(until pipe: WakePipe) -> CAresOutcome {
        guard caresStatus == ARES_SUCCESS else { return CAresOutcome(status: caresStatus) }
        var made: ares_channel?
        let status = zentrunk_ares_init(&made, milliseconds, 2)
        guard status == ARES_SUCCESS, let channel = made else { return CAresOutcome(status: status) }
        let reply = Reply()
        // Ends what is pending by calling its callback, which needs the reply.
        defer { withExtendedLifetime(reply) { ares_destroy(channel) } }
        if let servers {
            let status = ares_set_servers_ports_csv(channel, servers)
            guard status == ARES_SUCCESS else { return CAresOutcome(status: status) }
        }
        ask(channel, Unmanaged.passUnretained(reply).toOpaque())
        while reply.outcome == nil {
            guard !pipe.hasWoken else { return CAresOutcome(status: ARES_ECANCELLED) }
            wait(channel, pipe)
        }
        var outcome = reply.outcome ?? CAresOutcome(status: ARES_ECANCELLED)
        outcome.servers = Self.servers(of: channel)
        return outcome
    }

    /// Returns the addresses of the servers that a channel asks; empty if there are none.
    private static func servers(of channel: ares_channel) -> String {
        var text = [CChar](repeating: 0, count: 256)
        zentrunk_ares_servers(channel, &text, text.count)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func ask(_ channel: ares_channel, _ argument: UnsafeMutableRawPointer) {
        switch kind {
        // The numbers of the types: <https://www.iana.org/assignments/dns-parameters>
        case .srv:
            ares_query(
                channel, name, 1, 33, { Self.received($0, status: $1, $3, count: $4, parse: Self.services) }, argument)
        case .naptr:
            ares_query(
                channel, name, 1, 35, { Self.received($0, status: $1, $3, count: $4, parse: Self.rules) }, argument)
        case .a, .aaaa:
            zentrunk_ares_addresses(
                channel, name, kind == .a ? AF_INET : AF_INET6,
                { argument, status, _, found in
                    let records = found.map(Self.addresses) ?? []
                    if let found { ares_freeaddrinfo(found) }
                    Self.note(CAresOutcome(status: status, records: records), argument)
                }, argument)
        }
    }

    private func wait(_ channel: ares_channel, _ pipe: WakePipe) {
        var sockets = [ares_socket_t](repeating: ARES_SOCKET_BAD, count: Int(ARES_GETSOCK_MAXNUM))
        let mask = ares_getsock(channel, &sockets, CInt(sockets.count))
        var watched = [pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0)]
        for (index, socket) in sockets.enumerated() {
            var events = 0
            if zentrunk_ares_reads(mask, CInt(index)) != 0 { events |= Int(POLLIN) }
            if zentrunk_ares_writes(mask, CInt(index)) != 0 { events |= Int(POLLOUT) }
            if events != 0 { watched.append(pollfd(fd: socket, events: Int16(events), revents: 0)) }
        }
        let milliseconds = zentrunk_ares_wait_ms(channel)
        _ = poll(&watched, nfds_t(watched.count), milliseconds < 0 ? 1000 : min(milliseconds, 1000))
        // Also without a ready socket: c-ares handles its timeouts in this call.
        ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD)
        for socket in watched.dropFirst() where socket.revents != 0 {
            let ends = Int(socket.revents) & Int(POLLERR | POLLHUP | POLLNVAL) != 0
            let reads = ends || Int(socket.revents) & Int(POLLIN) != 0
            let writes = Int(socket.revents) & Int(POLLOUT) != 0
            ares_process_fd(channel, reads ? socket.fd : ARES_SOCKET_BAD, writes ? socket.fd : ARES_SOCKET_BAD)
        }
    }

    // MARK: Replies

    private static func note(_ outcome: CAresOutcome, _ argument: UnsafeMutableRawPointer?) {
        guard let argument else { return }
        Unmanaged<Reply>.fromOpaque(argument).takeUnretainedValue().outcome = outcome
    }

    private static func received(
        _ argument: UnsafeMutableRawPointer?, status: CInt, _ bytes: UnsafeMutablePointer<UInt8>?, count: CInt,
        parse: (UnsafePointer<UInt8>, CInt) -> CAresOutcome
    ) {
        guard status == ARES_SUCCESS, let bytes else { return note(CAresOutcome(status: status), argument) }
        note(parse(bytes, count), argument)
    }

    /// <https://c-ares.org/docs/ares_parse_srv_reply.html>
    private static func services(_ bytes: UnsafePointer<UInt8>, _ count: CInt) -> CAresOutcome {
        var first: UnsafeMutablePointer<ares_srv_reply>?
        var outcome = CAresOutcome(status: ares_parse_srv_reply(bytes, count, &first))
        defer { ares_free_data(first) }
        var next = first
        while let record = next?.pointee, outcome.records.count < SIPLocator.maximumRecords {
            outcome.records.append(
                .srv(
                    SRVRecord(
                        priority: Int(record.priority), weight: Int(record.weight), port: Int(record.port),
                        target: record.host.map { String(cString: $0) } ?? "")))
            next = record.next
        }
        return outcome
    }

    /// <https://c-ares.org/docs/ares_parse_naptr_reply.html>
    private static func rules(_ bytes: UnsafePointer<UInt8>, _ count: CInt) -> CAresOutcome {
        var first: UnsafeMutablePointer<ares_naptr_reply>?
        var outcome = CAresOutcome(status: ares_parse_naptr_reply(bytes, count, &first))
        defer { ares_free_data(first) }
        var next = first
        while let record = next?.pointee, outcome.records.count < SIPLocator.maximumRecords {
            outcome.records.append(
                .naptr(
                    NAPTRRecord(
                        order: Int(record.order), preference: Int(record.preference),
                        flags: record.flags.map { String(cString: $0) } ?? "",
                        service: record.service.map { String(cString: $0) } ?? "",
                        regexp: record.regexp.map { String(cString: $0) } ?? "",
                        replacement: record.replacement.map { String(cString: $0) } ?? "")))
            next = record.next
        }
        return outcome
    }

    private static func addresses(_ found: UnsafeMutablePointer<ares_addrinfo>) -> [CAresRecord] {
        var records: [CAresRecord] = []
        var next = found.pointee.nodes
        while let node = next?.pointee, records.count < SIPLocator.maximumRecords {
            if let address = node.ai_addr.flatMap(bytes(of:)).flatMap(IPAddress.init(bytes:)) {
                records.append(.address(address))
            }
            next = node.ai_next
        }
        return records
    }

    private static func bytes(of address: UnsafeMutablePointer<sockaddr>) -> [UInt8]? {
        let raw = UnsafeRawPointer(address)
        switch CInt(address.pointee.sa_family) {
        case AF_INET:
            return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in.self).sin_addr) { Array($0) }
        case AF_INET6:
            return withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) }
        default: return nil
        }
    }
}
