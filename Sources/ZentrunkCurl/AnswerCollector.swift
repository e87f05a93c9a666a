/// A collector of one response from libcurl's callbacks, within size limits. Interim responses (1xx) and trailers are
/// dropped.
struct AnswerCollector {
    /// Why collecting stopped.
    enum Fault: Sendable {
        case bodyTooLarge, headerTooLarge, malformed
    }

    let maximumBodyBytes: Int
    private let maximumHeaderBytes: Int
    private let maximumHeaderLines: Int

    /// The final status; nil until it has been received.
    private(set) var status: Int?
    private(set) var fault: Fault?
    /// Whether the response came over HTTP/2; nil without a response.
    private(set) var isMultiplexed: Bool?
    /// Keeps its storage for the next response.
    private var headerLines: [UInt8] = []
    private var body: [UInt8] = []
    private var headerBytes = 0
    private var headerCount = 0
    private var awaitsStatusLine = true
    private var isHeadComplete = false

    init(configuration: CurlConfiguration) {
        maximumBodyBytes = configuration.maximumBodyBytes
        maximumHeaderBytes = configuration.maximumHeaderBytes
        maximumHeaderLines = configuration.maximumHeaderLines
    }

    /// Returns what was collected and resets the body; nil without a final status.
    mutating func take() -> ReceivedAnswer? {
        guard let status else { return nil }
        defer { body = [] }
        return ReceivedAnswer(
            status: status, headerLines: headerLines.withUnsafeBytes { Array($0) }, body: body)
    }

    mutating func reset() {
        status = nil
        fault = nil
        isMultiplexed = nil
        headerLines.removeAll(keepingCapacity: true)
        body = []
        headerBytes = 0
        headerCount = 0
        awaitsStatusLine = true
        isHeadComplete = false
    }

    /// Adds one complete header line; libcurl never passes partial ones.
    /// <https://curl.se/libcurl/c/CURLOPT_HEADERFUNCTION.html>
    ///
    /// - Returns: Whether the transfer may continue.
    mutating func addHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        headerCount += 1
        guard headerBytes <= maximumHeaderBytes, headerCount <= maximumHeaderLines else {
            return stop(.headerTooLarge)
        }
        if isHeadComplete { return true }
        if awaitsStatusLine { return addStatusLine(line) }
        guard line.contains(where: { $0 != 0x0D && $0 != 0x0A }) else {
            isHeadComplete = status != nil
            awaitsStatusLine = status == nil
            return true
        }
        if status != nil { headerLines.append(contentsOf: line) }
        return true
    }

    /// Adds a part of the body.
    ///
    /// - Returns: Whether the transfer may continue.
    mutating func addBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= maximumBodyBytes - body.count else { return stop(.bodyTooLarge) }
        body.append(contentsOf: bytes)
        return true
    }

    /// Parses `HTTP/1.1 200 OK`, or `HTTP/2 200` in libcurl's form.
    private mutating func addStatusLine(_ line: UnsafeRawBufferPointer) -> Bool {
        guard line.starts(with: "HTTP/".utf8), let blank = line.firstIndex(of: 0x20) else { return stop(.malformed) }
        let digits = line[(blank + 1)...].prefix(3)
        let number = digits.reduce(0) { sum, byte in
            (0x30...0x39).contains(byte) ? sum * 10 + Int(byte - 0x30) : -1000
        }
        guard digits.count == 3, number >= 100 else { return stop(.malformed) }
        awaitsStatusLine = false
        if number >= 200 { status = number }
        isMultiplexed = line.starts(with: "HTTP/2".utf8)
        return true
    }

    private mutating func stop(_ fault: Fault) -> Bool {
        self.fault = fault
        return false
    }
}
