import Crypto
import Foundation

/// OpenSSL's contexts for the hosts of one sandbox, each with a certificate as the host's state asks for it. Used on the
/// responder's thread only, except for its authority.
final class TLSContexts {
    private let library: LibSSL
    private let authorities: (own: SandboxAuthority, other: SandboxAuthority)
    private let look: (String) -> SandboxWire.Host?
    private let key = P256.Signing.PrivateKey()
    /// By the name and the state that the certificate was made for.
    private var made: [String: LibSSL.Object] = [:]

    /// - Returns: nil if this machine has no OpenSSL.
    init?(_ authority: SandboxAuthority, look: @escaping (String) -> SandboxWire.Host?) {
        guard let library = LibSSL.loaded, let other = try? SandboxAuthority("Unknown authority", now: Date()) else {
            return nil
        }
        self.library = library
        authorities = (authority, other)
        self.look = look
    }

    deinit { for context in made.values { library.freeContext(context) } }

    /// Returns a server's side of a new connection; nil if OpenSSL fails. The contexts must outlive it.
    func session(on descriptor: Int32) -> TLSSession? {
        // Without a name, a client gets a certificate for this machine.
        guard let context = context(for: "localhost"), let raw = library.new(context) else { return nil }
        guard library.setDescriptor(raw, descriptor) == 1 else {
            library.free(raw)
            return nil
        }
        return TLSSession(library: library, raw: raw)
    }

    /// Chooses the certificate for the name that the client asks for.
    fileprivate func choose(_ session: LibSSL.Object?, _ name: String) -> Bool {
        guard let context = context(for: name) else { return false }
        return library.setContext(session, context) != nil
    }

    private func context(for name: String) -> LibSSL.Object? {
        let state = look(name)?.state ?? .normal
        let id = "\(state.word) \(name)"
        if let context = made[id] { return context }
        guard let certificate = try? certificate(name, state), let context = library.newContext(library.serverMethod())
        else { return nil }
        let key = Array(key.derRepresentation)
        // 408 is OpenSSL's EVP_PKEY_EC.
        guard library.useCertificate(context, CInt(certificate.count), certificate) == 1,
            library.usePrivateKey(408, context, key, CLong(key.count)) == 1
        else {
            library.freeContext(context)
            return nil
        }
        // SSL_CTRL_SET_TLSEXT_SERVERNAME_CB and …_ARG of tls1.h and ssl.h.
        _ = library.setCallback(context, 53, chooseCertificate)
        _ = library.control(context, 54, 0, Unmanaged.passUnretained(self).toOpaque())
        made[id] = context
        return context
    }

    private func certificate(_ name: String, _ state: SandboxSIPState) throws -> [UInt8] {
        let day: TimeInterval = 86_400
        let now = Date()
        let authority = state == .untrusted ? authorities.other : authorities.own
        let isExpired = state == .expired
        return try authority.certificate(
            for: state == .wrongName ? "another-name.invalid" : name, of: key.publicKey,
            from: now - (isExpired ? 90 : 1) * day, to: now + (isExpired ? -1 : 90) * day)
    }

    fileprivate func name(of session: LibSSL.Object?) -> String? {
        // 0 is TLSEXT_NAMETYPE_host_name.
        library.serverName(session, 0).map { String(cString: $0).lowercased() }
    }
}

/// <https://docs.openssl.org/3.0/man3/SSL_CTX_set_tlsext_servername_callback/>
private func chooseCertificate(
    _ session: LibSSL.Object?, _ alert: UnsafeMutablePointer<CInt>?, _ argument: LibSSL.Object?
) -> CInt {
    guard let argument else { return 0 }
    let contexts = Unmanaged<TLSContexts>.fromOpaque(argument).takeUnretainedValue()
    guard let name = contexts.name(of: session) else { return 0 }
    // SSL_TLSEXT_ERR_OK, and SSL_TLSEXT_ERR_ALERT_FATAL.
    return contexts.choose(session, name) ? 0 : 2
}

/// The server's side of one TLS connection, over a descriptor that does not block.
final class TLSSession {
    /// What a call came to.
    enum Progress {
        case done(Int)
        /// It needs more bytes, or room for some.
        case waits
        case failed
    }

    private let library: LibSSL
    private let raw: LibSSL.Object

    init(library: LibSSL, raw: LibSSL.Object) {
        self.library = library
        self.raw = raw
    }

    deinit { library.free(raw) }

    func accept() -> Progress { outcome { library.accept(raw) } }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Progress {
        outcome { library.read(raw, buffer.baseAddress, CInt(buffer.count)) }
    }

    func write(_ bytes: [UInt8]) { _ = outcome { library.write(raw, bytes, CInt(bytes.count)) } }

    func close() {
        library.clearErrors()
        _ = library.shutdown(raw)
    }

    private func outcome(_ call: () -> CInt) -> Progress {
        // Errors of earlier calls would be taken for this one's.
        library.clearErrors()
        let result = call()
        if result > 0 { return .done(Int(result)) }
        // SSL_ERROR_WANT_READ and SSL_ERROR_WANT_WRITE.
        return [2, 3].contains(library.error(raw, result)) ? .waits : .failed
    }
}
