/// A tokenizer of documents: finds the beginning of the invalid token in a document that jansson has refused, and the
/// positions of values in a valid one.
///
/// It splits the bytes as jansson does. That is sufficient, because everything before an error is valid.
struct JSONTokenWalk {
    enum Kind { case punctuation, string, number, word, other }

    struct Token {
        var kind: Kind
        var range: Range<Int>

        func isClosingBracket(in bytes: [UInt8]) -> Bool {
            kind == .punctuation
                && (bytes[range.lowerBound] == UInt8(ascii: "]") || bytes[range.lowerBound] == UInt8(ascii: "}"))
        }

        func isComma(in bytes: [UInt8]) -> Bool { kind == .punctuation && bytes[range.lowerBound] == UInt8(ascii: ",") }

        func isInteger(in bytes: [UInt8]) -> Bool {
            kind == .number && bytes[range].allSatisfy { $0 == UInt8(ascii: "-") || JSONTokenWalk.isDigit($0) }
        }
    }

    /// An error inside a string, with its exact position.
    struct StringFault: Error {
        var offset: Int
        var reason: String
    }

    /// The current token, and the one before it.
    private(set) var current: Token?
    private(set) var previous: Token?

    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Advances until `end` bytes have been consumed; ``current`` is then the token that contains the last of them.
    mutating func advance(to end: Int) throws(StringFault) {
        while offset < end {
            let start = offset
            guard let kind = try step() else { continue }
            previous = current
            current = Token(kind: kind, range: start..<offset)
        }
    }

    /// Advances by one token and returns it; nil at the end.
    mutating func next() throws(StringFault) -> Token? {
        while offset < bytes.count {
            let start = offset
            guard let kind = try step() else { continue }
            previous = current
            current = Token(kind: kind, range: start..<offset)
            return current
        }
        return nil
    }

    /// Consumes one token and returns its kind, or one byte of white space and returns nil.
    private mutating func step() throws(StringFault) -> Kind? {
        switch bytes[offset] {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            offset += 1
            return nil
        case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ","),
            UInt8(ascii: ":"):
            offset += 1
            return .punctuation
        case UInt8(ascii: "\""):
            try passString()
            return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            passNumber()
            return .number
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            pass { Self.isLetter($0) }
            return .word
        default:
            offset += 1
            pass { $0 & 0b1100_0000 == 0b1000_0000 }
            return .other
        }
    }

    private mutating func pass(while condition: (UInt8) -> Bool) {
        while offset < bytes.count, condition(bytes[offset]) { offset += 1 }
    }

    private mutating func pass(one byte: UInt8...) -> Bool {
        guard offset < bytes.count, byte.contains(bytes[offset]) else { return false }
        offset += 1
        return true
    }

    private mutating func passNumber() {
        _ = pass(one: UInt8(ascii: "-"))
        pass(while: Self.isDigit)
        if pass(one: UInt8(ascii: ".")) { pass(while: Self.isDigit) }
        if pass(one: UInt8(ascii: "e"), UInt8(ascii: "E")) {
            _ = pass(one: UInt8(ascii: "+"), UInt8(ascii: "-"))
            pass(while: Self.isDigit)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Whether the byte is an ASCII letter; setting the sixth bit converts it to lower case.
    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}

// MARK: Inside strings

extension JSONTokenWalk {
    private mutating func passString() throws(StringFault) {
        let start = offset
        offset += 1
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return
            case UInt8(ascii: "\n"):
                throw StringFault(
                    offset: offset, reason: "a string may not span lines; a line break is written \\n")
            case ..<0x20:
                throw StringFault(offset: offset, reason: "a control character inside a string has to be escaped")
            case UInt8(ascii: "\\"):
                try passEscape()
            default:
                offset += 1
            }
        }
        throw StringFault(offset: start, reason: "the string that begins here is not closed")
    }

    /// Consumes a backslash and the escape after it. <https://www.rfc-editor.org/rfc/rfc8259#section-7>
    private mutating func passEscape() throws(StringFault) {
        let start = offset
        offset += 1
        guard offset < bytes.count else { return }
        guard bytes[offset] == UInt8(ascii: "u") else {
            guard "\"\\/bfnrt".utf8.contains(bytes[offset]) else {
                throw StringFault(offset: start, reason: "this backslash does not begin a valid escape")
            }
            offset += 1
            return
        }
        switch try passCodeUnit(from: start) {
        case 0:
            throw StringFault(offset: start, reason: "a string may not hold NUL, written \\u0000 here")
        case 0xD800...0xDBFF:
            let second = offset
            guard bytes[second...].starts(with: "\\u".utf8) else { throw loneSurrogate(at: start) }
            offset += 1
            guard (0xDC00...0xDFFF).contains(try passCodeUnit(from: second)) else { throw loneSurrogate(at: start) }
        case 0xDC00...0xDFFF:
            throw loneSurrogate(at: start)
        default: break
        }
    }

    /// Consumes `uXXXX` and returns its number.
    private mutating func passCodeUnit(from backslash: Int) throws(StringFault) -> Int {
        offset += 1
        let digits = bytes[offset...].prefix(4).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 4 else {
            throw StringFault(offset: backslash, reason: "four hexadecimal digits should follow \\u")
        }
        offset += 4
        return digits.reduce(0) { $0 << 4 | $1 }
    }

    private func loneSurrogate(at offset: Int) -> StringFault {
        StringFault(offset: offset, reason: "this escape is one half of a surrogate pair, without the other half")
    }
}
