import CCurl

/// A list of header lines that libcurl reads in place while the transfer runs.
///
/// <https://curl.se/libcurl/c/CURLOPT_HTTPHEADER.html>
struct HeaderList: ~Copyable {
    private let first: UnsafeMutablePointer<curl_slist>?

    /// - Parameter lines: The lines, each followed by a zero byte.
    init(lines: [UInt8]) throws(CurlError) {
        first = try lines.withUnsafeBytes(Self.list(of:)).get()
    }

    private static func list(of bytes: UnsafeRawBufferPointer) -> Result<UnsafeMutablePointer<curl_slist>?, CurlError> {
        var list: UnsafeMutablePointer<curl_slist>?
        let text = bytes.assumingMemoryBound(to: CChar.self)
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == 0 {
            // Copies the line; null means that the list is unchanged.
            // <https://curl.se/libcurl/c/curl_slist_append.html>
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

    /// Sets these lines on the handle. The list must stay alive until the handle gets another one.
    func apply(to easy: borrowing EasyHandle) throws(CurlError) {
        try check(easy.withRaw { zentrunk_curl_set_list($0, CURLOPT_HTTPHEADER, first) })
    }

    /// Removes the lines from the handle.
    static func clear(_ easy: borrowing EasyHandle) throws(CurlError) {
        try check(easy.withRaw { zentrunk_curl_set_list($0, CURLOPT_HTTPHEADER, nil) })
    }
}
