/// A file format other than UTF-8 text, recognised by its first bytes.
enum ForeignFormat: Equatable {
    case workbook, oldWorkbook, pdf, compressed
    case utf16, utf32
    case binary

    /// - Returns: nil if the bytes can be read as text.
    init?(_ bytes: [UInt8]) {
        let marks: [(ForeignFormat, [UInt8])] = [
            (.workbook, [0x50, 0x4B, 0x03, 0x04]), (.oldWorkbook, [0xD0, 0xCF, 0x11, 0xE0]),
            (.pdf, [0x25, 0x50, 0x44, 0x46]), (.compressed, [0x1F, 0x8B]), (.utf32, [0xFF, 0xFE, 0, 0]),
            (.utf32, [0, 0, 0xFE, 0xFF]), (.utf16, [0xFF, 0xFE]), (.utf16, [0xFE, 0xFF]),
        ]
        if let known = marks.first(where: { bytes.starts(with: $0.1) }) {
            self = known.0
            return
        }
        guard bytes.contains(0) else { return nil }
        // In UTF-16 each digit and comma has a zero byte next to it.
        let start = bytes.prefix(64)
        self = start.count { $0 == 0 } * 3 > start.count ? .utf16 : .binary
    }

    /// The name of the format, with the form in which it can be read.
    var description: String {
        switch self {
        case .workbook: "an Excel workbook (.xlsx) or another zip file: save it as \"CSV UTF-8\""
        case .oldWorkbook: "an Excel workbook (.xls): save it as \"CSV UTF-8\""
        case .pdf: "a PDF: numbers are read from a text or CSV file"
        case .compressed: "compressed: unpack it first"
        case .utf16: "text in UTF-16, as Excel saves \"Unicode text\": save it as \"CSV UTF-8\", or convert it"
        case .utf32: "text in UTF-32: convert it to UTF-8"
        case .binary: "not a text file: numbers are read from a text or CSV file"
        }
    }

    /// Returns a command that converts the file to a readable one.
    ///
    /// - Parameter file: The file's name, quoted for a shell.
    func remedy(_ file: String) -> String? {
        switch self {
        case .utf16: "iconv -f UTF-16 -t UTF-8 \(file) > numbers-utf8.csv"
        case .utf32: "iconv -f UTF-32 -t UTF-8 \(file) > numbers-utf8.csv"
        case .compressed: "gunzip -c \(file) > numbers-unpacked.csv"
        case .workbook, .oldWorkbook, .pdf, .binary: nil
        }
    }
}
