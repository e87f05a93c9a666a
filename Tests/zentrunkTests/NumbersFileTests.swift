import Foundation
import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Files with numbers")
struct NumbersFileTests {
    struct File: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var bytes: [UInt8]?
        /// Parts of the message; of the refusal if ``isRefused``.
        var parts: [String] = []
        var isRefused = false

        /// Returns a valid file with two numbers.
        static func used(_ description: String, _ text: String, _ parts: String...) -> File {
            File(testDescription: description, text: text, parts: parts)
        }

        static func refused(_ description: String, _ text: String, _ parts: String...) -> File {
            File(testDescription: description, text: text, parts: parts, isRefused: true)
        }

        static func refused(_ description: String, bytes: [UInt8], _ parts: String...) -> File {
            File(testDescription: description, text: "", bytes: bytes, parts: parts, isRefused: true)
        }

        static let utf16 = "phone\n+14155550100\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }

        static let all = [
            used(
                "lines", "+14155550100\n\n# a remark\n +1 (415) 555-0101 \n", "2 numbers", "1 line that begins with #"),
            used("lines of Windows", "+14155550100\r\n+14155550101\r\n"),
            used("old line ends, and none at the end", "phone\r+14155550100\r+14155550101", "column \"phone\""),
            used(
                "a title among others", "name,phone_number,x\nA,+14155550100,1\n\"B, Inc\",\"+14155550101\",2\n",
                "column \"phone_number\""),
            used("no title", "a;+14155550100\nb;+14155550101\n", "column 2"),
            used("tabs and a byte order mark", "\u{FEFF}number\tnote\n+14155550100\tx\n+14155550101\ty\n"),
            used("twice the same", "+14155550100\n+14155550101\n+14155550100\n", "1 row repeats a number"),
            used(
                "a heading that begins with #, and fax numbers",
                "#,Customer,Fax,Phone\n1,Ann,+14155550108,+14155550100\n2,Bob,+14155550109,+14155550101\n",
                "column \"Phone\""),
            used("a heading of no kind", "Name,Rufnummer\nx,+14155550100\ny,+14155550101\n", "column \"Rufnummer\""),
            used(
                "numbers of rows under a heading", "Number,MSISDN\n1,+14155550100\n2,+14155550101\n",
                "column \"MSISDN\""),
            used("dates beside", "Since,DID\n2026-11-22,14155550100\n2026-11-23,14155550101\n", "column \"DID\""),
            used(
                "a numbered heading", "Name,Phone 1\nx,+14155550100\ny,+14155550101\n",
                "line 1 is the heading"),
            used("a heading with a plus", "Phone (with +)\n+14155550100\n+14155550101\n", "column \"Phone (with +)\""),
            used(
                "a heading with a format", "Contact,Phone (E.164)\n,+14155550100\n+14155550109,+14155550101\n",
                "column \"Phone (E.164)\""),
            used("fax numbers alone", "Name,Fax\nx,+14155550100\ny,+14155550101\n", "column \"Fax\""),
            used("fax numbers beside", "Who,Fax\n14155550100,+14155550108\n14155550101,\n", "column \"Who\""),
            used(
                "rows counted under a number's name", "Number,Wer\n1,+14155550100\n2,+14155550101\n", "column \"Wer\""),
            used("JSON with a byte order mark", "\u{FEFF}[\"+14155550100\", 14155550101.0]"),
            used("apostrophes", "phone\n'+14155550100\n'14155550101\n"),
            used("formulas", "phone,x\n=\"+14155550100\",1\n\"=\"\"+14155550101\"\"\",2\n"),
            used("decimals and thousands", "phone\n14155550100.0\n\"14,155,550,101\"\n"),
            used("invisible marks", "phone\n\u{202A}+14155550100\u{202C}\n+1415\u{200B}5550101\u{A0}\n"),
            used(
                "separators, quotes and line breaks inside quotes",
                "Name;Phone\n\"a;b\";\"+14155550100\"\n\"c \"\"d\"\"\ne\" ; \" +14155550101 \"\n"),
            used("the separator that Excel names", "sep=|\nName|Phone\na,b|+14155550100\nc|+14155550101\n"),
            used("empty rows at the end", "Name,Phone\na,+14155550100\nb,+14155550101\n,\n,\n"),
            used("names with commas", "Name;Phone\nDoe, Jane;+14155550100\nDoe, John;+14155550101\n"),
            used("JSON of another list", "[\"+14155550100\", 14155550101]"),
            used(
                "JSON of the command",
                "{\"numbers\": [{\"number\": \"+14155550100\"}, {\"number\": \"+14155550101\"}]}",
                "member \"numbers\""),

            refused("a letter in the first number", "+1415555O103\n+14155550104\n", "FILE:1", "\"O\""),
            refused("a name behind the first number", "+14155550100 (Ann)\n+14155550101\n", "FILE:1"),
            refused("a SIP address first", "sip:+14155550100@example.com\n+14155550101\n", "FILE:1"),
            refused("letters for digits first", "+1-800-FLOWERS\n+14155550101\n", "FILE:1"),
            refused("words and a number first", "call 415-555-01OO\n+14155550101\n", "FILE:1"),
            refused("no value first", "Ann,n/a\nBob,+14155550101\n", "FILE:1"),
            refused("nothing first", "Ann,\nBob,+14155550101\n", "FILE:1", "no number in column 2"),
            refused("a mistyped row below a heading with #", "#,Phone\n1,+1415555O103\n2,+14155550101\n", "FILE:2"),
            refused("a decimal", "phone\n1415555010.5\n", "FILE:2", "decimal", "as text"),
            refused("a decimal in a number's place", "phone\n1415555.0101\n", "FILE:2", "decimal"),
            refused("JSON with an exponent", "[1.41555501e10]", "numbers[0]", "1.41555501e10", "shortened"),
            refused("JSON with a decimal", "{\"numbers\": [{\"number\": 1415555010.5}]}", "numbers[0]", "decimal"),
            refused("bad cells beside a fax number", "phone,fax\nunknown,+14155550108\n", "FILE:2", "\"unknown\""),
            refused(
                "bad cells beside another number", "Work phone,Contact\nsee below,+14155550108\n", "FILE:2",
                "\"see below\""),
            refused(
                "rows on lines of their own", "phone\n+1415\n+1416\n",
                "error: 2 of 2 rows cannot be used:\n  FILE:2: ", "\n  FILE:3: "),

            refused("nothing", "\n# nothing\n", "FILE contains no numbers"),
            refused(
                "one line of several", "+14155550100,+14155550101,+14155550102\n", "FILE:1", "3 numbers on one line"),
            refused("one line of several, otherwise", "+14155550100;+14155550101\n", "FILE:1", "2 numbers on one line"),
            refused("a shortened number", "phone\n1.41556E+10\n", "FILE:2", "spreadsheet shortened", "as text"),
            refused(
                "a shortened number elsewhere", "Order,Phone\n12345678,1.4E+10\n", "FILE:2", "spreadsheet shortened"),
            refused("an error of a spreadsheet", "Phone,x\n+14155550100,1\n#REF!,2\n", "FILE:3", "spreadsheet"),
            refused(
                "a row without a number", "Name,Phone\na,+14155550100\nTotal,\n", "FILE:3",
                "no number in column \"Phone\""),
            refused("a short row", "Name,Phone\na,+14155550100\nb\n", "FILE:3", "no number in column \"Phone\""),
            refused("words", "Phone\n+14155550100\nsee below\n", "FILE:3", "\"see below\""),
            refused(
                "two columns of numbers", "Home,Work\n+14155550100,+14155550101\n", "FILE:2", "2 numbers on one line"),
            refused("two columns in turn", "Home,Work\n+14155550100,\n,+14155550101\n", "FILE:2", "several columns"),
            refused("a quote that is not closed", "Name,Phone\n\"a,+14155550100\nb,+14155550101\n", "FILE:2", "quotes"),
            refused(
                "a quote that is not closed, in the last row's note", "Phone,x\n+14155550100,\"1\n+14155550101,2\n",
                "FILE:2", "quotes"),
            refused(
                "two mistakes of quotes and one of a number",
                "Name,Phone\n6\" x,+14155550100\nb,+1415\n\"c\"d,+14155550101\n", "3 of 3 rows", "FILE:2", "FILE:3",
                "FILE:4"),
            refused("JSON without numbers", "{\"outcome\": \"failed\"}", "JSON without a list of numbers"),
            refused("JSON with a wrong number", "{\"numbers\": [\"+14155550100\", \"+1415\"]}", "numbers[1]"),
            refused("broken JSON", "{\"numbers\": [", "not valid JSON"),
            refused("UTF-16", bytes: [0xFF, 0xFE] + utf16, "UTF-16", "iconv"),
            refused("UTF-16 without a mark", bytes: utf16, "UTF-16"),
            refused("a workbook", bytes: [0x50, 0x4B, 3, 4, 20, 0, 6, 0], ".xlsx", "CSV UTF-8"),
            refused("bytes", bytes: [7, 7, 7, 7, 7, 0, 7, 7], "not a text file"),
        ]
    }

    @Test("Each row is used, or the file is refused with the row's line and the reason", arguments: File.all)
    func file(_ file: File) async throws {
        try await Desk.run { desk async throws in
            let path = desk.folder + "/numbers.csv"
            try Data(file.bytes ?? Array(file.text.utf8)).write(to: URL(fileURLWithPath: path))
            let result = try await desk.zentrunk("plan", "vapi", "--numbers", path, "--no-agent", "--json")
            #expect(result.status == (file.isRefused ? 1 : 0), "\(result.stderr)")
            for part in file.parts {
                #expect(result.stderr.contains(part.replacing("FILE", with: path)), "\(result.stderr)")
            }
            if file.isRefused {
                #expect(desk.sandbox.requests.isEmpty)
            } else {
                #expect(try result.json["numbers"] == ["+14155550100", "+14155550101"])
            }
        }
    }

    @Test("Invalid rows of all files are reported together, with the options")
    func severalFiles() async throws {
        try await Desk.run { desk async throws in
            let files = ["a", "b"].map { desk.folder + "/\($0).csv" }
            try "phone\n+1415\n+1416\n".write(toFile: files[0], atomically: true, encoding: .utf8)
            try "[\"+1417\"]".write(toFile: files[1], atomically: true, encoding: .utf8)
            let result = try await desk.zentrunk(
                "plan", "vapi", "--number", "+1418", "--numbers", files[0], "--numbers", files[1], "--no-agent",
                "--json")
            #expect(result.status == 1)
            for part in ["--number: \"+1418\"", "\(files[0]):2:", "\(files[0]):3:", "\(files[1]): numbers[0]:"] {
                #expect(result.stderr.contains("\n  \(part)"), "\(result.stderr)")
                #expect(try result.json["error"]?["message"]?.string?.contains(part) == true)
            }
        }
    }

    @Test("Of 5,000 rows, the three invalid ones are named, and nothing is sent")
    func manyRows() async throws {
        try await Desk.run { desk async throws in
            var rows = (0..<5000).map { "\($0 + 1),\"Customer, \($0)\",+1212\(5_550_000 + $0),2026-11-22" }
            rows[16] = "17,Ann,1.21256E+10,"
            rows[1233] = "1234,Bob,,"
            rows[4999] = "5000,Eve,+1212555,"
            let path = desk.folder + "/numbers.csv"
            try ("#,Customer,Phone,Since\r\n" + rows.joined(separator: "\r\n")).write(
                toFile: path, atomically: true, encoding: .utf8)
            let result = try await desk.zentrunk("connect", "vapi", "--numbers", path, "--no-agent", "--yes")
            #expect(result.status == 1)
            for part in ["3 of 5000 rows", "\(path):18:", "\(path):1235:", "\(path):5001:"] {
                #expect(result.stderr.contains(part), "\(result.stderr)")
            }
            #expect(desk.sandbox.requests.isEmpty)
            let all = ["Phone"] + rows.indices.map { "\($0)x" }
            try all.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
            let bad = try await desk.zentrunk("connect", "vapi", "--numbers", path, "--no-agent", "--yes")
            #expect(bad.stderr.contains("\(path):21:"))
            #expect(!bad.stderr.contains("\(path):22:"))
            #expect(bad.stderr.contains("and 4980 more"))
        }
    }

    @Test("The output of number list --json is valid input")
    func list() async throws {
        try await Desk.run { desk async throws in
            let list = try await desk.zentrunk("number", "list", "--json")
            var plan = Program(
                ["plan", "vapi", "--numbers", "-", "--no-agent", "--json"], sandbox: desk.sandbox, state: desk.folder)
            plan.input = list.stdout
            let result = try await plan.run()
            #expect(result.status == 0, "\(result.stderr)")
            #expect(try result.json["numbers"]?.array?.count == 10)
        }
    }

    @Test(
        "Digits without a plus sign are accepted if the account has that number, else refused with a suggestion")
    func digits() async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.own(number: "+442079460000")
            let path = desk.folder + "/numbers.csv"
            try "phone\n14155550100\n442079460000\n".write(toFile: path, atomically: true, encoding: .utf8)
            let taken = try await desk.zentrunk(
                "plan", "vapi", "--number", "14155550101", "--numbers", path, "--no-agent", "--json")
            #expect(taken.status == 0, "\(taken.stderr)")
            #expect(try taken.json["numbers"] == ["+14155550101", "+14155550100", "+442079460000"])

            for (given, meant) in [
                ("4155550100", "did you mean +14155550100?"), ("02079460000", "did you mean +442079460000?"),
                ("00442079460000", "did you mean +442079460000?"), ("44207946000", "did you mean +442079460000?"),
                ("4402079460000", "did you mean +442079460000?"), ("498912345678", "country code"),
            ] {
                let refused = try await desk.zentrunk(
                    "connect", "vapi", "--number", given, "--no-agent", "--yes", "--json")
                #expect(refused.status == 5, "\(refused.stderr)")
                #expect(try refused.json["error"]?["code"] == "not-found")
                #expect(refused.stderr.contains("--number: the account has no number \(given)"), "\(refused.stderr)")
                #expect(refused.stderr.contains(meant), "\(refused.stderr)")
            }
            // With a plus sign, it is a number that the account lacks.
            let zero = try await desk.zentrunk("plan", "vapi", "--number", "+44 020 7946 0000", "--no-agent")
            #expect(zero.status == 5)
            #expect((zero.stdout + zero.stderr).contains("did you mean +442079460000?"), "\(zero.stdout)")
            try "phone\n14155550100\n4155550101\n".write(toFile: path, atomically: true, encoding: .utf8)
            let file = try await desk.zentrunk("plan", "vapi", "--numbers", path, "--no-agent")
            #expect(file.status == 5)
            #expect(file.stderr.contains("\(path):3: the account has no number 4155550101, did you mean +14155550101?"))
            let get = try await desk.zentrunk("number", "get", "02079460000")
            #expect(get.status == 5)
            #expect(get.stderr.contains("did you mean +442079460000?"), "\(get.stderr)")
            #expect(desk.writes.isEmpty)
        }
    }
}
