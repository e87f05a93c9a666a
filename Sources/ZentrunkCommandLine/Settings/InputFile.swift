#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files that the user names. Reads are limited, because the name may be an endless device.
enum InputFile {
    /// - Returns: At most one byte more than the limit; nil with `errno` set if the file cannot be read.
    static func read(_ path: String, limit: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return contents(of: file, limit: limit)
    }

    /// Reads from an open file and leaves it open.
    static func contents(of file: Int32, limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= limit {
            let wanted = min(part.count, limit + 1 - bytes.count)
            let count = part.withUnsafeMutableBytes { systemRead(file, $0.baseAddress, wanted) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        return bytes
    }

    private static func systemRead(_ file: Int32, _ start: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.read(file, start, count)
        #else
            Darwin.read(file, start, count)
        #endif
    }
}
