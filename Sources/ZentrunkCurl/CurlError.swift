import CCurl

/// An error code of libcurl, before its conversion to a `TransportError`.
/// <https://curl.se/libcurl/c/libcurl-errors.html>
struct CurlError: Error, Hashable {
    var code: CURLcode

    init(_ code: CURLcode) {
        self.code = code
    }

    /// libcurl's description of the error. <https://curl.se/libcurl/c/curl_easy_strerror.html>
    var words: String {
        curl_easy_strerror(code).map { String(cString: $0) } ?? "libcurl error \(code.rawValue)"
    }
}

/// Throws unless the result is `CURLE_OK`.
func check(_ code: CURLcode) throws(CurlError) {
    guard code == CURLE_OK else { throw CurlError(code) }
}

/// Whether libcurl is initialised and usable; read before the first handle is created.
///
/// Swift initialises a global once, in whichever thread reads it first.
/// <https://curl.se/libcurl/c/curl_global_init.html>
let curlIsReady: Bool = {
    guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK else { return false }
    // The oldest version with every option used here: 7.87 introduced CURLOPT_QUICK_EXIT.
    guard let version = zentrunk_curl_version()?.pointee, version.version_num >= 0x07_57_00 else {
        return false
    }
    return version.features & CURL_VERSION_SSL != 0 && version.features & CURL_VERSION_ASYNCHDNS != 0
}()
