import ZentrunkJSON

/// Promises for all bytes that are read as JSON.
enum JSONPromises {
    static func check(_ input: [UInt8]) throws(BrokenPromise) {
        let value: JSONValue
        do { value = try JSONValue(parsing: input) } catch {
            try promiseOneLine(error.description, "the reason")
            try promise(
                error.line >= 1 && error.column >= 1, "a document begins at 1:1, not \(error.line):\(error.column)")
            let lines = input.count(where: { $0 == UInt8(ascii: "\n") }) + 1
            try promise(error.line <= lines, "line \(error.line) of \(lines)")
            try promise(error.description.utf8.count < 1000, "\(error.description.utf8.count) bytes of reason")
            // For an invalid document, the map covers only the part before the error. Using it must not crash.
            _ = JSONSourceMap(input).position(of: .root)
            return
        }
        try promise(depth(value) <= JSONValue.maximumDepth, "a value was read that is too deep")
        for style in JSONValue.Style.allCases {
            let written = value.bytes(style)
            guard let again = try? JSONValue(parsing: written) else {
                throw BrokenPromise(
                    "what was written \(style) cannot be read: \(String(decoding: written, as: UTF8.self))")
            }
            try promise(again == value, "written \(style) and read it is another value")
            try promise(again.hashValue == value.hashValue, "equal values differ in their hash")
            try promise(again.bytes(style) == written, "written \(style) twice it is two texts")
        }
        let map = JSONSourceMap(input)
        try places(value, .root, map)
    }

    private static func depth(_ value: JSONValue) -> Int {
        switch value {
        case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
        case .object(let members): 1 + (members.map { depth($0.value) }.max() ?? 0)
        default: 0
        }
    }

    /// Checks that every position can be written as a pointer, leads back to its value, and follows the position around
    /// it.
    private static func places(_ value: JSONValue, _ place: JSONPointer, _ map: JSONSourceMap) throws(BrokenPromise) {
        let inner: [(String, JSONValue)] =
            switch value {
            case .array(let elements): elements.prefix(6).enumerated().map { (String($0), $1) }
            case .object(let members): members.prefix(6).map { ($0.name, $0.value) }
            default: []
            }
        for (token, child) in inner {
            let pointer = place.appending(token)
            try promise(JSONPointer(pointer.description) == pointer, "\(pointer) is read as another place")
            try promise(value[JSONPointer([token])] == child, "\(pointer) leads elsewhere")
            try promise(map.position(of: pointer) > map.position(of: place), "\(pointer) stands before what it is in")
            if pointer.tokens.count < 3 { try places(child, pointer, map) }
        }
    }
}
