import Testing
import ZentrunkCore

@Suite("Phone numbers")
struct PhoneNumberTests {
    @Test(
        "Usual spellings are read as E.164",
        arguments: [
            ("+14155550100", "+14155550100"),
            ("+1 (415) 555-0100", "+14155550100"),
            ("tel:+1-415-555-0100", "+14155550100"),
            ("TEL:+14155550100", "+14155550100"),
            ("+1.415.555.0100", "+14155550100"),
            ("  +1 415 555 0100", "+14155550100"),
            ("+1\u{A0}415\u{2011}555\u{2013}0100", "+14155550100"),
            ("+49 30/1234567", "+49301234567"),
            ("+44 20 7946 0958", "+442079460958"),
            ("+2901234", "+2901234"),
            ("+491234567890123", "+491234567890123"),
        ])
    func spellings(_ text: String, _ expected: String) throws {
        #expect(try PhoneNumber(text).e164 == expected)
    }

    @Test(
        "What is no whole number with country code is refused, with the reason",
        arguments: [
            ("", "country code"),
            ("4155550100", "country code"),
            ("0014155550100", "country code"),
            ("+44 (0)20 7946 0958", "(0)"),
            ("+1 415 555 010O", "\"O\""),
            ("+1٤155550100", "does not belong"),
            ("+0415555010", "begin with 0"),
            ("+290123", "6 digits"),
            ("+4912345678901234", "16 digits"),
            ("+1415555010", "10 digits after it, this one has 9"),
            ("+141555501000", "10 digits after it, this one has 11"),
            ("++14155550100", "\"+\""),
        ])
    func refusals(_ text: String, _ reason: String) {
        let error = #expect(throws: AddressError.self) { try PhoneNumber(text) }
        #expect(error?.text == text)
        #expect(error?.reason.contains(reason) == true)
    }

    @Test("A vendor's spelling is taken with or without its plus")
    func vendorSpelling() throws {
        let number = try PhoneNumber("+14155550100")
        #expect(PhoneNumber(vendorSpelling: "14155550100") == number)
        #expect(PhoneNumber(vendorSpelling: "+14155550100") == number)
        #expect(PhoneNumber(vendorSpelling: "sales") == nil)
        #expect(PhoneNumber(vendorSpelling: "") == nil)
        #expect(PhoneNumber(vendorSpelling: "+") == nil)
        #expect(number.digits == "14155550100")
    }
}
