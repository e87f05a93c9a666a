import Testing

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Owned names")
struct OwnedNameTests {
    @Test("A name is parsed as it was written")
    func roundTrip() throws {
        let name = OwnedName(platform: "vapi", connection: try ConnectionName("sales-2"), key: "outbound-trunk")
        #expect(name.description == "zc_vapi_sales-2_outbound-trunk")
        #expect(OwnedName(parsing: name.description) == name)
    }

    @Test(
        "Names in another format are not owned",
        arguments: [
            "", "zc", "zc_vapi_main", "zc_vapi_main_sip_2", "zc_vapi_main_sip_", "zc_vapi_main_sip_abcdef",
            "zc_vapi_main_sip_ABCDE", "zc_vapi_main_sip_abcde_1", "ZC_vapi_main_sip", "zc__main_sip", "zc_vapi__sip",
            "zc_vapi_main_",
            "zc_vapi_Main_sip", "zc_vapi_main_Sip", "my zc_vapi_main_sip", "zc_vapi_main_sip ",
            "zc_vapi_sixteen-letters-_sip",
            "zc_vapi_main_seventeen-letters", "zc_vapi_mäin_sip",
        ])
    func foreign(_ text: String) {
        #expect(OwnedName(parsing: text) == nil)
    }

    @Test("The longest parts fit into 40 characters with a platform name of four letters")
    func longest() throws {
        let name = OwnedName(
            platform: "vapi", connection: try ConnectionName(String(repeating: "c", count: 15)),
            key: String(repeating: "k", count: 16))
        #expect(OwnedName(parsing: name.description) == name)
        #expect(name.description.count == 40)
    }

    @Test("Connection names have 1 to 15 plain characters", arguments: ["a", "main", "0", "a-b", "fifteen-letters"])
    func connectionNames(_ text: String) throws {
        #expect(try ConnectionName(text).description == text)
    }

    @Test(
        "Other connection names are refused",
        arguments: ["", "Main", "a_b", "a b", "sixteen--letters", "ä", "a.b", "١"])
    func refusedConnectionNames(_ text: String) {
        let error = #expect(throws: ZentrunkError.self) { try ConnectionName(text) }
        #expect(error?.code == .invalid)
    }
}
