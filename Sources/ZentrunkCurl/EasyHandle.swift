import CCurl

/// A `CURL *` and the buffer for its error messages. Used on the event loop's thread only.
///
/// <https://curl.se/libcurl/c/libcurl-easy.html>
struct EasyHandle: ~Copyable {
    private let raw: OpaquePointer
    /// The buffer that libcurl writes to until the handle is freed.
    /// <https://curl.se/libcurl/c/CURLOPT_ERRORBUFFER.html>
    private let errorText: UnsafeMutablePointer<CChar>

    init() throws(CurlError) {
        guard curlIsReady, let raw = curl_easy_init() else { throw CurlError(CURLE_FAILED_INIT) }
        let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        let result = zentrunk_curl_set_pointer(raw, CURLOPT_ERRORBUFFER, errorText)
        guard result == CURLE_OK else {
            curl_easy_cleanup(raw)
            errorText.deallocate()
            throw CurlError(result)
        }
        self.raw = raw
        self.errorText = errorText
    }

    deinit {
        curl_easy_cleanup(raw)
        errorText.deallocate()
    }

    /// libcurl's message about the transfer that has just failed; empty if there is none.
    var lastWords: String {
        String(cString: errorText)
    }

    /// The number of body bytes that have been sent. <https://curl.se/libcurl/c/CURLINFO_SIZE_UPLOAD_T.html>
    var uploadedBytes: Int64 {
        var count: curl_off_t = 0
        guard zentrunk_curl_get_offset(raw, CURLINFO_SIZE_UPLOAD_T, &count) == CURLE_OK else { return 0 }
        return Int64(count)
    }

    /// The status of the proxy's last response to CONNECT; nil if there was none.
    /// <https://curl.se/libcurl/c/CURLINFO_HTTP_CONNECTCODE.html>
    var connectStatus: Int? {
        var status = 0
        guard zentrunk_curl_get_long(raw, CURLINFO_HTTP_CONNECTCODE, &status) == CURLE_OK, status > 0 else {
            return nil
        }
        return status
    }

    /// Whether the last certificate was signed by an unknown authority.
    /// <https://curl.se/libcurl/c/CURLINFO_SSL_VERIFYRESULT.html>
    var isIssuerUnknown: Bool {
        var result = 0
        guard zentrunk_curl_get_long(raw, CURLINFO_SSL_VERIFYRESULT, &result) == CURLE_OK else { return false }
        // X509_V_ERR_… in OpenSSL's x509_vfy.h: issuer not found, self-signed, in the chain, not found locally, not
        // verified.
        return [2, 18, 19, 20, 21].contains(result)
    }

    func forgetLastWords() {
        errorText.pointee = 0
    }

    func set(_ option: CURLoption, to value: Int) throws(CurlError) {
        try check(zentrunk_curl_set_long(raw, option, value))
    }

    func set(_ option: CURLoption, toOffset value: Int64) throws(CurlError) {
        try check(zentrunk_curl_set_offset(raw, option, curl_off_t(value)))
    }

    func set(_ option: CURLoption, to value: Bool) throws(CurlError) {
        try check(zentrunk_curl_set_long(raw, option, value ? 1 : 0))
    }

    /// Sets a string, which libcurl copies; nil restores the option's default.
    func set(_ option: CURLoption, to value: String?) throws(CurlError) {
        guard let value else { return try check(zentrunk_curl_set_string(raw, option, nil)) }
        try check(value.withCString { zentrunk_curl_set_string(raw, option, $0) })
    }

    /// Sets a pointer that libcurl keeps. It must stay valid while the handle is in the multi handle.
    func set(_ option: CURLoption, to value: UnsafeMutableRawPointer) throws(CurlError) {
        try check(zentrunk_curl_set_pointer(raw, option, value))
    }

    /// Sets the URL from zero-terminated bytes.
    func setURL(_ url: [UInt8]) throws(CurlError) {
        try check(
            url.withUnsafeBytes {
                zentrunk_curl_set_string(raw, CURLOPT_URL, $0.assumingMemoryBound(to: CChar.self).baseAddress)
            })
    }

    /// Sets the body, which libcurl copies, and with it the method POST.
    ///
    /// The size must be set first: "the data is copied … if this size is set, the data may be binary".
    /// <https://curl.se/libcurl/c/CURLOPT_COPYPOSTFIELDS.html>
    func setBody(_ body: [UInt8]) throws(CurlError) {
        try check(zentrunk_curl_set_offset(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        // An empty array may have no address, and with a null pointer libcurl would read the body from standard input.
        try check(
            body.withUnsafeBytes { bytes in
                withUnsafeBytes(of: 0 as UInt8) { none in
                    let start = (bytes.baseAddress ?? none.baseAddress)?.assumingMemoryBound(to: CChar.self)
                    return zentrunk_curl_set_string(raw, CURLOPT_COPYPOSTFIELDS, start)
                }
            })
    }

    /// Frees libcurl's copy of the body. The handle cannot be used for a transfer until the next request is set.
    func clearBody() throws(CurlError) {
        try check(zentrunk_curl_set_string(raw, CURLOPT_COPYPOSTFIELDS, nil))
    }

    /// Passes the raw handle to a closure. The pointer must not escape.
    func withRaw<Result>(_ use: (OpaquePointer) -> Result) -> Result {
        use(raw)
    }
}
