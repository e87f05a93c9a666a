@_spi(Adapter) import ZentrunkCore

/// Promises for every text that is read as a host, a URI, a network or a phone number: the result prints as a text that
/// is read as the same value.
enum AddressPromises {
    static func check(_ text: String) throws {
        try again(text, SIPHost.init(_:)) { host in
            try promise(host.name.utf8.count <= 253 && !host.name.hasSuffix("."), "\(host) is not a host name")
            try promise(host.name.allSatisfy { $0.isASCII && !$0.isUppercase }, "\(host) is not in lower case")
        }
        try again(text, SIPHost.init(spelling:)) {
            try promise(!$0.name.contains(where: { ":;@".contains($0) }), "\($0)")
        }
        try again(text, CountryCode.init(_:)) { try promise($0.code.utf8.count == 2, "\($0) is not a country code") }
        if let written = try? WrittenNumber(text) { try digits(written.number) }
        try again(text, OriginationURI.init(_:)) { uri in
            try promise(uri.text.allSatisfy(\.isASCII), "\(uri) goes over the wire and is not ASCII")
            try promise(uri.port.map { (1...65535).contains($0) } ?? true, "port \(uri.port ?? 0)")
            try promise(uri.text.lowercased().contains(uri.host.name), "\(uri) does not hold its host \(uri.host)")
        }
        try again(text, IPNetwork.init(_:)) { network in
            try promise((0...32).contains(network.prefixLength), "/\(network.prefixLength)")
        }
        try again(text, PhoneNumber.init(_:)) { try digits($0) }
        if let number = PhoneNumber(vendorSpelling: text) {
            try digits(number)
            try promise(PhoneNumber(vendorSpelling: number.e164) == number, "\(number) reads as another number")
            try promise(
                PhoneNumber(vendorSpelling: number.digits) == number, "\(number.digits) reads as another number")
        }
        if let name = OwnedName(parsing: text) {
            try promise(OwnedName(parsing: name.description) == name, "\(name) reads as another name")
        }
        if let day = Day(text) {
            try promise(day.description == text && day.days(since: day) == 0, "\(text) is read as \(day)")
        }
    }

    private static func again<Address: CustomStringConvertible & Equatable>(
        _ text: String, _ read: (String) throws -> Address, _ more: (Address) throws -> Void
    ) throws {
        let address: Address
        do { address = try read(text) } catch {
            try promise(error is AddressError, "\(text.debugDescription) is answered with \(error)")
            return
        }
        try promiseOneLine(address.description, "an address")
        guard let second = try? read(address.description) else {
            throw BrokenPromise("\(text.debugDescription) is read as \(address), which is not read")
        }
        try promise(second == address, "\(text.debugDescription) is read as \(address), which is read as \(second)")
        try more(address)
    }

    private static func digits(_ number: PhoneNumber) throws {
        try promise(number.e164.first == "+" && !number.digits.isEmpty, "\(number) is not an E.164 number")
        try promise(number.digits.utf8.allSatisfy { (48...57).contains($0) }, "\(number) holds more than digits")
    }
}
