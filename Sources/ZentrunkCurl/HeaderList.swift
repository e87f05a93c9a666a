import CCurl

/// A list of header lines that libcurl reads by address while the transfer runs.
///
/// <https://curl.se/libcurl/c/CURLOPT_HTTPHEADER.html>
struct HeaderList: ~Copyable {
    private let first: UnsafeMutablePointer<curl_slist>?

    /// - Parameter lines: Each line followed by a zero.
    init(lines: [UInt8]) throws(CurlError) {
        first = try lines.withUnsafeBytes(Self.list(of:)).get()
    }

    private static func list(of bytes: UnsafeRawBufferPointer) -> Result<UnsafeMutablePointer<curl_slist>?, CurlError> {
        var list: UnsafeMutablePointer<curl_slist>?
        let text = bytes.assumingMemoryBound(to: CChar.self)
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == 0 {
            // <https://curl.se/libcurl/c/curl_slist_append.html>: copies the line; null leaves the list as it was.
            guard let base = text.baseAddress, let longer = curl_slist_append(list, base + start) else {
                curl_slist_free_all(list)
                return .failure(CurlError(CURLE_OUT_OF_MEMORY))
            }
            list = longer
            start = index + 1
        }
        return .success(list)
    }

    deinit {
        curl_slist_free_all(first)
    }

    /// Makes the handle send these lines. The list must stay until the handle gets another one.
    func apply(to easy: borrowing EasyHandle) throws(CurlError) {
        try check(easy.withRaw { zentrunk_curl_set_list($0, CURLOPT_HTTPHEADER, first) })
    }

    /// Makes the handle send no lines of ours.
    static func clear(_ easy: borrowing EasyHandle) throws(CurlError) {
        try check(easy.withRaw { zentrunk_curl_set_list($0, CURLOPT_HTTPHEADER, nil) })
    }
}
