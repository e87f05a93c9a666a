import CCurl

/// One `CURL *` and the text buffer in which it explains its errors; belongs to the event loop's thread.
///
/// <https://curl.se/libcurl/c/libcurl-easy.html>
struct EasyHandle: ~Copyable {
    private let raw: OpaquePointer
    /// libcurl writes here until the handle is gone. <https://curl.se/libcurl/c/CURLOPT_ERRORBUFFER.html>
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

    /// libcurl's own words about the transfer that just failed; empty when it has none.
    var lastWords: String {
        String(cString: errorText)
    }

    /// Bytes of the body that have been sent. <https://curl.se/libcurl/c/CURLINFO_SIZE_UPLOAD_T.html>
    var uploadedBytes: Int64 {
        var count: curl_off_t = 0
        guard zentrunk_curl_get_offset(raw, CURLINFO_SIZE_UPLOAD_T, &count) == CURLE_OK else { return 0 }
        return Int64(count)
    }

    /// The status of the proxy's last answer to CONNECT; nil when there was none.
    /// <https://curl.se/libcurl/c/CURLINFO_HTTP_CONNECTCODE.html>
    var connectStatus: Int? {
        var status = 0
        guard zentrunk_curl_get_long(raw, CURLINFO_HTTP_CONNECTCODE, &status) == CURLE_OK, status > 0 else {
            return nil
        }
        return status
    }

    /// Whether the last certificate was signed by somebody whom nothing here trusts.
    /// <https://curl.se/libcurl/c/CURLINFO_SSL_VERIFYRESULT.html>
    var isIssuerUnknown: Bool {
        var result = 0
        guard zentrunk_curl_get_long(raw, CURLINFO_SSL_VERIFYRESULT, &result) == CURLE_OK else { return false }
        // X509_V_ERR_… of OpenSSL's x509_vfy.h: issuer not found, self-signed, in the chain, not found locally, not verified.
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

    /// Sets a string, which libcurl copies; nil puts the option back to its default.
    func set(_ option: CURLoption, to value: String?) throws(CurlError) {
        guard let value else { return try check(zentrunk_curl_set_string(raw, option, nil)) }
        try check(value.withCString { zentrunk_curl_set_string(raw, option, $0) })
    }

    /// Sets a pointer that libcurl keeps: what it points to must outlive the handle's stay in the multi handle.
    func set(_ option: CURLoption, to value: UnsafeMutableRawPointer) throws(CurlError) {
        try check(zentrunk_curl_set_pointer(raw, option, value))
    }

    /// Sets the URL from bytes that end with a zero.
    func setURL(_ url: [UInt8]) throws(CurlError) {
        try check(
            url.withUnsafeBytes {
                zentrunk_curl_set_string(raw, CURLOPT_URL, $0.assumingMemoryBound(to: CChar.self).baseAddress)
            })
    }

    /// Gives libcurl its own copy of the body, which also makes the method POST.
    ///
    /// The size goes first: "the data is copied … if this size is set, the data may be binary".
    /// <https://curl.se/libcurl/c/CURLOPT_COPYPOSTFIELDS.html>
    func setBody(_ body: [UInt8]) throws(CurlError) {
        try check(zentrunk_curl_set_offset(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        // An empty array may have no address, and without one libcurl would read the body from standard input.
        try check(
            body.withUnsafeBytes { bytes in
                withUnsafeBytes(of: 0 as UInt8) { none in
                    let start = (bytes.baseAddress ?? none.baseAddress)?.assumingMemoryBound(to: CChar.self)
                    return zentrunk_curl_set_string(raw, CURLOPT_COPYPOSTFIELDS, start)
                }
            })
    }

    /// Drops libcurl's copy of the body. Until the next request is set, the handle is no good for a transfer.
    func clearBody() throws(CurlError) {
        try check(zentrunk_curl_set_string(raw, CURLOPT_COPYPOSTFIELDS, nil))
    }

    /// Lends the handle to the multi handle. The pointer must not leave the closure.
    func withRaw<Result>(_ use: (OpaquePointer) -> Result) -> Result {
        use(raw)
    }
}
