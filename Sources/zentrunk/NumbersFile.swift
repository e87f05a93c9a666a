import ZentrunkCore

/// Numbers in a file: one per line, or a CSV file with a number column, as the carriers' consoles export.
struct NumbersFile {
    let numbers: [PhoneNumber]

    /// The numbers of options and of files, each once, in the order in which they were given.
    ///
    /// - Parameter files: Paths; `-` for stdin.
    /// - Throws: ``ConnectionError`` `invalid`.
    static func numbers(_ texts: [String], files: [String]) throws(ConnectionError) -> [PhoneNumber] {
        var numbers: [PhoneNumber] = []
        for text in texts {
            do { numbers.append(try PhoneNumber(text)) } catch { throw ConnectionError(.invalid, error.description) }
        }
        for file in files {
            numbers += try NumbersFile(text: read(file), name: file == "-" ? "stdin" : file).numbers
        }
        var seen: Set<PhoneNumber> = []
        return numbers.filter { seen.insert($0).inserted }
    }

    /// - Parameter name: The file's name, for messages.
    /// - Throws: ``ConnectionError`` `invalid` with every line that holds no number; nothing of such a file is used.
    init(text: String, name: String) throws(ConnectionError) {
        let rows = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
            .map { (line: $0 + 1, fields: Self.fields($1)) }
            .filter { row in !row.fields.allSatisfy(\.isEmpty) && row.fields.first?.hasPrefix("#") != true }
        var column = 0
        var isNamed = false
        var columns = 0
        var namedAlike = 0
        var body = rows[...]
        if let head = rows.first, head.fields.allSatisfy({ (try? PhoneNumber($0)) == nil }),
            let named = head.fields.firstIndex(where: { Self.titles.contains($0.lowercased()) })
        {
            column = named
            isNamed = true
            columns = head.fields.count
            namedAlike = head.fields.count { Self.titles.contains($0.lowercased()) }
            body = body.dropFirst()
        } else if let first = rows.first?.fields.firstIndex(where: { (try? PhoneNumber($0)) != nil }) {
            column = first
        }
        var numbers: [PhoneNumber] = []
        var wrong: [String] = []
        for row in body {
            let found = row.fields.filter { (try? PhoneNumber($0)) != nil }
            // A named column decides, unless another is named like it or a number stands under no name at all.
            let isPlain = isNamed && namedAlike == 1 && row.fields.dropFirst(columns).allSatisfy(\.isEmpty)
            guard isPlain || found.count < 2 else {
                wrong.append(
                    "\(name):\(row.line): \(found.count) numbers on one line: write one per line, or name the column "
                        + "\"number\" in the first line")
                continue
            }
            let text = row.fields.indices.contains(column) ? row.fields[column] : ""
            do {
                numbers.append(try PhoneNumber(text))
            } catch {
                wrong.append("\(name):\(row.line): \(error.description)")
            }
        }
        guard wrong.isEmpty else {
            let more = wrong.count > 5 ? ["and \(wrong.count - 5) more lines"] : []
            throw ConnectionError(.invalid, (wrong.prefix(5) + more).joined(separator: "; "))
        }
        guard !numbers.isEmpty else { throw ConnectionError(.invalid, "\(name) holds no number") }
        self.numbers = numbers
    }

    private static let longest = 16 << 20

    private static let titles: Set<String> = [
        "number", "numbers", "phone", "phone_number", "phone number", "phonenumber", "e164", "did",
    ]

    private static func fields(_ line: Substring) -> [String] {
        let separator: Character = line.contains("\t") ? "\t" : line.contains(";") ? ";" : ","
        var fields: [String] = [""]
        var isQuoted = false
        for character in line where character != "\u{FEFF}" {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == separator, !isQuoted {
                fields.append("")
            } else {
                fields[fields.count - 1].append(character)
            }
        }
        return fields.map { $0.trimmingSpaces() }
    }

    private static func read(_ file: String) throws(ConnectionError) -> String {
        guard let bytes = InputFile.read(file == "-" ? "/dev/stdin" : file, limit: longest) else {
            throw ConnectionError(.invalid, "\(file) cannot be read")
        }
        guard bytes.count <= longest else {
            throw ConnectionError(
                .invalid, "\(file) is longer than \(longest >> 20) MiB, so it holds more than numbers")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    fileprivate func trimmingSpaces() -> String {
        let head = drop { $0 == " " }
        return String(head.reversed().drop { $0 == " " || $0 == "\r" }.reversed())
    }
}
