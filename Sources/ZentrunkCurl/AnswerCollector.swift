/// Collects one answer from libcurl's callbacks, within limits. Interim answers (1xx) and trailers are left out.
struct AnswerCollector {
    /// Why collecting stopped.
    enum Fault: Sendable {
        case bodyTooLarge, headerTooLarge, malformed
    }

    let maximumBodyBytes: Int
    private let maximumHeaderBytes: Int
    private let maximumHeaderLines: Int

    /// The final status; nil while only interim answers have come, or nothing.
    private(set) var status: Int?
    private(set) var fault: Fault?
    /// Whether the answer came over HTTP/2; nil when there was none.
    private(set) var isMultiplexed: Bool?
    /// Keeps its storage for the next answer.
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

    /// Takes what was collected; nil when no final status came.
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

    /// Adds one whole header line; libcurl never gives part of one. <https://curl.se/libcurl/c/CURLOPT_HEADERFUNCTION.html>
    ///
    /// - Returns: Whether the transfer may go on.
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

    /// - Returns: Whether the transfer may go on.
    mutating func addBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= maximumBodyBytes - body.count else { return stop(.bodyTooLarge) }
        body.append(contentsOf: bytes)
        return true
    }

    /// `HTTP/1.1 200 OK`, or `HTTP/2 200` as libcurl writes it.
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
