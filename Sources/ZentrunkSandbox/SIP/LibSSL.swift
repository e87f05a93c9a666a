import Foundation

/// OpenSSL's libssl, which is on every machine with Debian's libcurl, because libcurl uses it.
///
/// It is loaded when a sandbox answers over TLS for the first time. Its headers would be a further package to install,
/// only for the sandbox; the functions here have had the same types since OpenSSL 1.1.
/// <https://docs.openssl.org/3.0/man7/ssl/>
struct LibSSL: Sendable {
    /// A pointer to one of OpenSSL's objects.
    typealias Object = UnsafeMutableRawPointer
    /// Chooses a certificate by the server's name. <https://docs.openssl.org/3.0/man3/SSL_CTX_set_tlsext_servername_callback/>
    typealias NameCallback = @convention(c) (Object?, UnsafeMutablePointer<CInt>?, Object?) -> CInt

    let serverMethod: @Sendable @convention(c) () -> Object?
    let newContext: @Sendable @convention(c) (Object?) -> Object?
    let freeContext: @Sendable @convention(c) (Object?) -> Void
    let useCertificate: @Sendable @convention(c) (Object?, CInt, UnsafePointer<UInt8>?) -> CInt
    let usePrivateKey: @Sendable @convention(c) (CInt, Object?, UnsafePointer<UInt8>?, CLong) -> CInt
    let setCallback: @Sendable @convention(c) (Object?, CInt, NameCallback?) -> CLong
    let control: @Sendable @convention(c) (Object?, CInt, CLong, Object?) -> CLong
    let new: @Sendable @convention(c) (Object?) -> Object?
    let free: @Sendable @convention(c) (Object?) -> Void
    let setDescriptor: @Sendable @convention(c) (Object?, CInt) -> CInt
    let setContext: @Sendable @convention(c) (Object?, Object?) -> Object?
    let serverName: @Sendable @convention(c) (Object?, CInt) -> UnsafePointer<CChar>?
    let accept: @Sendable @convention(c) (Object?) -> CInt
    let read: @Sendable @convention(c) (Object?, UnsafeMutableRawPointer?, CInt) -> CInt
    let write: @Sendable @convention(c) (Object?, UnsafeRawPointer?, CInt) -> CInt
    let shutdown: @Sendable @convention(c) (Object?) -> CInt
    let error: @Sendable @convention(c) (Object?, CInt) -> CInt
    let clearErrors: @Sendable @convention(c) () -> Void

    /// The library; nil if this machine does not have it.
    static let loaded: LibSSL? = {
        #if canImport(Darwin)
            let names = ["libssl.3.dylib", "/opt/homebrew/opt/openssl@3/lib/libssl.3.dylib"]
        #else
            let names = ["libssl.so.3", "libssl.so.1.1"]
        #endif
        // Never closed: the functions are used as long as the process lives.
        let library = names.lazy.compactMap { dlopen($0, RTLD_NOW | RTLD_LOCAL) }.first
        return library.flatMap { try? LibSSL(library: $0) }
    }()

    private struct Missing: Error {}

    private init(library: UnsafeMutableRawPointer) throws {
        func find<Function>(_ name: String) throws -> Function {
            guard let symbol = dlsym(library, name) else { throw Missing() }
            return unsafeBitCast(symbol, to: Function.self)
        }
        serverMethod = try find("TLS_server_method")
        newContext = try find("SSL_CTX_new")
        freeContext = try find("SSL_CTX_free")
        useCertificate = try find("SSL_CTX_use_certificate_ASN1")
        usePrivateKey = try find("SSL_CTX_use_PrivateKey_ASN1")
        setCallback = try find("SSL_CTX_callback_ctrl")
        control = try find("SSL_CTX_ctrl")
        new = try find("SSL_new")
        free = try find("SSL_free")
        setDescriptor = try find("SSL_set_fd")
        setContext = try find("SSL_set_SSL_CTX")
        serverName = try find("SSL_get_servername")
        accept = try find("SSL_accept")
        read = try find("SSL_read")
        write = try find("SSL_write")
        shutdown = try find("SSL_shutdown")
        error = try find("SSL_get_error")
        clearErrors = try find("ERR_clear_error")
    }
}
