import CCurl

/// An error code of libcurl, before it becomes a `TransportError`. <https://curl.se/libcurl/c/libcurl-errors.html>
struct CurlError: Error, Hashable {
    var code: CURLcode

    init(_ code: CURLcode) {
        self.code = code
    }

    /// What libcurl calls the error. <https://curl.se/libcurl/c/curl_easy_strerror.html>
    var words: String {
        curl_easy_strerror(code).map { String(cString: $0) } ?? "libcurl error \(code.rawValue)"
    }
}

/// Turns a result that is not `CURLE_OK` into a thrown error.
func check(_ code: CURLcode) throws(CurlError) {
    guard code == CURLE_OK else { throw CurlError(code) }
}

/// Whether libcurl is set up for this process; asked before the first handle is made.
///
/// Swift runs the initialiser of a global once, whichever thread comes first.
/// <https://curl.se/libcurl/c/curl_global_init.html>
let curlIsReady: Bool = {
    guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK else { return false }
    // The oldest version that has every option used here: CURLOPT_QUICK_EXIT came with 7.87.
    guard let version = zentrunk_curl_version()?.pointee, version.version_num >= 0x07_57_00 else {
        return false
    }
    return version.features & CURL_VERSION_SSL != 0 && version.features & CURL_VERSION_ASYNCHDNS != 0
}()
