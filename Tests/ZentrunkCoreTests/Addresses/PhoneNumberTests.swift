import Testing
@_spi(Adapter) import ZentrunkCore

@Suite("Phone numbers")
struct PhoneNumberTests {
    @Test(
        "Common notations are read as E.164",
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
        "A text that is not a complete number with country code is refused with the reason",
        arguments: [
            ("", "empty"),
            ("4155550100", "country code"),
            ("0014155550100", "country code"),
            ("+44 (0)20 7946 0958", "(0)"),
            ("+1 415 555 010O", "\"O\""),
            ("+1٤155550100", "does not belong"),
            ("+0415555010", "begin with 0"),
            ("+290123", "6 digits"),
            ("+4912345678901234", "16 digits"),
            ("1.41556E+10", "spreadsheet shortened"), ("1,41556e+10", "spreadsheet shortened"),
            ("#####", "too narrow"), ("#N/A", "spreadsheet shows an error"), ("-1069555010", "subtraction"),
            ("+14155550100 +14155550101", "one number"), ("“+14155550100”", "quotes"),
            ("+1415555010", "10 digits after it, this one has 9"),
            ("+141555501000", "10 digits after it, this one has 11"),
            ("++14155550100", "plus"),
            ("1415555010.5", "decimal"), ("1415555.0101", "decimal"), ("+1415555.0101", "decimal"),
            ("1415555010,5", "decimal"), (".14155550101", "decimal"), ("141555.00", "decimal"),
        ])
    func refusals(_ text: String, _ reason: String) {
        let error = #expect(throws: AddressError.self) { try PhoneNumber(text) }
        #expect(error?.text == text)
        #expect(error?.reason.contains(reason) == true)
    }

    @Test(
        "Markup that makes a cell text is removed, and whether there was a plus sign is kept",
        arguments: [
            ("'+14155550100", "+14155550100", true), ("\u{2019}14155550100", "+14155550100", false),
            ("=\"+14155550100\"", "+14155550100", true), ("=14155550100", "+14155550100", false),
            ("14155550100.0", "+14155550100", false), ("+442079460000.0", "+442079460000", true),
            ("14155550100.00", "+14155550100", false), ("14155550100,000", "+14155550100", false),
            ("14,155,550,100.00", "+14155550100", false), ("14.155.550.100,0", "+14155550100", false),
            ("141555501.00", "+141555501", false), ("+1.4155550100", "+14155550100", true),
            ("1.415.555.0100", "+14155550100", false), ("1 415-555.0100", "+14155550100", false),
            ("14,155,550,100", "+14155550100", false), ("\u{202A}+1 415\u{200B}5550100\u{202C}", "+14155550100", true),
            ("\u{FEFF}14155550100\r", "+14155550100", false), ("1 (415) 555-0100", "+14155550100", false),
            ("020 7946 0000", "+02079460000", false), ("tel:14155550100", "+14155550100", false),
        ])
    func written(_ text: String, _ e164: String, _ hasPlus: Bool) throws {
        let written = try WrittenNumber(text)
        #expect(written.number.e164 == e164)
        #expect(written.hasPlus == hasPlus)
    }

    @Test(
        "A slip is one digit too many or too few, or a country code that is missing or preceded by zeros",
        arguments: [
            ("4402079460000", true), ("44207946000", true), ("4420794600001", true), ("2079460000", true),
            ("02079460000", true), ("00442079460000", true), ("442079460001", false), ("442097460000", false),
            ("442079460000", false), ("7946000", false), ("14155550100", false),
        ])
    func slips(_ digits: String, _ isNear: Bool) throws {
        let owned = try PhoneNumber("+442079460000")
        let hint = try WrittenNumber(digits).number.hint(among: [owned, try PhoneNumber("+14155550177")])
        #expect(hint == (isNear ? ", did you mean +442079460000?" : ""))
    }

    @Test("A vendor's number is read with or without a plus sign")
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
