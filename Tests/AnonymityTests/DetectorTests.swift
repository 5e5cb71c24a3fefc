import BulwarkAnonymity
import Foundation
import Testing

/// Valid and invalid numbers.
///
/// Where no other source is named, python-stdnum 2.2 agrees, but for what is stricter here: it takes separators of two kinds,
/// one digit many times, and numbers that need a label.
struct DetectorTests {
    struct Row: CustomTestStringConvertible {
        let kind: PersonalInformation
        let found: [String]
        let passed: [String]
        var testDescription: String { kind.rawValue }

        init(_ kind: PersonalInformation, _ found: [String], not passed: [String]) {
            (self.kind, self.found, self.passed) = (kind, found, passed)
        }
    }

    static let rows = [
        Row(
            .email,
            ["anna@example.com", "a.b+c@mail.example.co.uk", "üml@bücher.de", "x@a-b.xn--p1ai"],
            not: ["anna@localhost", "a@b.c", "@example.com", "anna@.com", "anna.@example.com", "a@1.2.3.4"]
        ),
        Row(
            .credentialURL,
            [
                "https://anna:secret@example.com/x?y=1", "postgres://u:p@10.0.0.1:5432/db", "ftp://me@host/",
                "https://oauth2:\(String(repeating: "a1", count: 400))@example.com/a.git",
            ],
            not: ["https://example.com/@anna", "https://example.com", "://a:b@c", "http://a b@c"]
        ),
        // RFC 4291, section 2.2, and RFC 5952 for the spellings of version 6.
        Row(
            .ipAddress,
            [
                "192.0.2.7", "255.255.255.255", "2001:db8:0:0:8:800:200c:417a", "2001:DB8::8:800:200C:417A",
                "::ffff:129.144.52.38", "fe80::1", "IP:192.168.1.17", "db:10.0.0.5", "IPv4:10.0.0.5",
                "peer:2001:db8::1", "node:2001:db8::1", "IPv6:2001:db8::1",
            ],
            not: [
                "256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "12:34:56", "2001:db8::1::2",
                "1:2:3:4:5:6:7:8:9", "std::vector", "a::b", "node:12:34:56", "foo::1", "f00::bar",
            ]
        ),
        Row(
            .macAddress,
            ["00:1A:2b:3c:4D:5e", "00-1a-2b-3c-4d-5e", "001a.2b3c.4d5e"],
            not: ["00:1a:2b:3c:4d", "00:1a-2b:3c:4d:5e", "00:1g:2b:3c:4d:5e", "00:00:00:00:00:00"]
        ),
        Row(
            .phoneNumber,
            [
                "+14155552671", "+44 20 7946 0958", "+49 (0)30 901820", "+353-1-679-9700",
                "+4915112345678 2020", "+44 20 7946 0958 4pm", "+49 151 12345678 3x",
                "+49 30 901820-1234 12345",
            ],
            not: [
                "+999 123 456 789", "+1 234", "14155552671", "+1234567890123456", "2+14155552671",
                "+14155552671x",
            ]
        ),
        Row(
            .birthDate,
            [
                "born 1984-02-29", "DOB: 1990-12-31", "geboren am 2001-01-01", "geb. 17.05.1984",
                "DOB 5/17/1984",
                "born 17/05/1984", "born 17 May 1984", "born on the 17th of May 1984",
                "geboren am 3. März 1984",
                "born May 17th, 1984", "né: naissance 1er février 1984", "nacido el 17 de mayo de 1984",
                "nascita: 17 maggio 1984", "DOB 17-Nov-1984",
            ],
            not: [
                "1984-02-29", "born 1983-02-29", "released 2001-01-01", "born 1840-01-01", "17.05.1984",
                "born 31.02.1984", "born 17.13.1984", "17 May 1984", "born 31 June 1984", "born in May 1984",
                "born 17 Mayo, 3", "DOB 12.17.5.1984",
            ]
        ),
        Row(
            .creditCard,
            [
                "4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005", "3782 822463 10005",
                "30569309025904", "6011111111111117", "3530111333300000", "2223003122003222",
                // Mir, Dankort, Troy, Uzcard, Humo, Maestro with 12 and 19 digits, Diners Club with 14 and 16.
                "2200 5622 4154 9909", "2204857696820473812", "5019 6021 4989 9263", "9792760195207651",
                "8600414566114120", "9860 0331 2777 7481", "501849759862", "6759 0095 8655 4394 720",
                "30959997374419", "3683574337741419",
            ],
            not: ["4111 1111 1111 1112", "4111 1111-1111 1111", "1234567812345670", "0000000000000000"]
        ),
        Row(
            .iban,
            [
                "DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "fr1420041010050500013m02606",
                "NO93 8601 1117 947", "MT84MALT011000012345MTLCAST001S",
            ],
            not: ["DE88370400440532013000", "DE8937040044053201300", "XX89370400440532013000", "DE893704004"]
        ),
        Row(
            .usSocialSecurityNumber,
            ["536-22-1234", "SSN 536221234", "social security: 899 99 9999"],
            not: ["000-12-3456", "666-12-3456", "900-12-3456", "536-00-1234", "536-22-0000", "536221234"]
        ),
        Row(
            .usRoutingNumber,
            ["routing 021000021", "ABA: 121000358", "routing 000000505"],
            not: [
                "routing 021000022", "021000021", "routing 991000021", "aba 510000004", "routing 000000000",
            ]
        ),
        Row(
            .ukNHSNumber,
            ["943 476 5919", "NHS no 9434765919", "401-023-2137"],
            not: ["943 476 5918", "9434765919", "943 476-5919", "111 111 1111"]
        ),
        Row(
            .germanTaxIdentifier,
            ["36 574 261 809", "36574261809"],
            not: ["36574261890", "36554266806", "06574261809", "12345678901"]
        ),
        Row(
            .frenchNIR,
            ["2 95 10 99 126 111 93", "295109912611193", "1 75 07 2A 004 005 17", "175072b00400544"],
            not: ["295109912611199", "253072C07300443", "995109912611193"]
        ),
        Row(
            .spanishIdentityNumber,
            ["54362315K", "54362315-K", "12.345.678-Z", "X-2482300W", "x2482300w", "DNI 12345678 Z"],
            not: ["54362315Z", "X-2482300A", "A2482300W", "5436231K", "12345678 Z"]
        ),
        Row(
            .italianFiscalCode,
            ["RCCMNL83S18D969H", "rccmnl83s18d969h", "RCC MNL 83S18 D969H", "RCCMNLU3S18D969E"],
            not: ["RCCMNL83S18D969A", "RCCMNL83Z18D969H", "RCCMNL83S38D969J"]
        ),
        Row(
            .brazilianCPF,
            ["390.533.447-05", "39053344705", "390 533 447 05"],
            not: ["390.533.447-04", "231.002.999-01", "111.111.111-11"]
        ),
        // The one with letters is the example of Instrução Normativa RFB 2.229/2024.
        Row(
            .brazilianCNPJ,
            ["16.727.230/0001-97", "16727230000197", "12.ABC.345/01DE-35"],
            not: ["16.727.230/0001-98", "16.727.230.0001-97", "12.ABC.345/01DE-36", "00.000.000/0000-00"]
        ),
        Row(
            .indianAadhaar,
            ["2341 2341 2346", "Aadhaar 234123412346", "2341-2341-2346"],
            not: ["2341 2341 2347", "1234 5678 9010", "643343121", "234123412346"]
        ),
        Row(
            .uuid,
            ["f81d4fae-7dec-11d0-a765-00a0c91e6bf6"],
            not: ["f81d4fae-7dec-11d0-a765-00a0c91e6bf", "f81d4fae7dec11d0a76500a0c91e6bf6"]
        ),
    ]

    private func matches(_ text: String, _ kind: PersonalInformation) -> [TextMatch] {
        TextInspection([kind]).matches(in: FoldedText(text))
    }

    @Test(arguments: rows) func eachKindIsFoundAndOnlyIt(_ row: Row) {
        for text in row.found { #expect(matches(text, row.kind).count == 1, "\(text)") }
        for text in row.passed { #expect(matches(text, row.kind).isEmpty, "\(text)") }
    }

    @Test func everyKindHasADetectorAndARow() {
        #expect(Set(DetectorTable.rows.map(\.kind)) == Set(PersonalInformation.allCases))
        #expect(DetectorTable.rows.count == PersonalInformation.allCases.count)
        #expect(Set(Self.rows.map(\.kind)) == Set(PersonalInformation.allCases))
    }

    /// A number inside of a longer one, or of a word, is something else.
    @Test(arguments: rows) func noPartOfAWordIsFound(_ row: Row) {
        // What ends a word may be a part of addresses and telephone numbers.
        let open: [PersonalInformation] = [.email, .credentialURL, .phoneNumber, .birthDate]
        guard !open.contains(row.kind) else { return }
        // What stands behind a colon is whole, whatever is in front of that.
        for text in row.found where text.first?.isLetter == false && text.first != ":" {
            #expect(matches("x\(text)", row.kind).isEmpty, "\(text)")
            #expect(matches("\(text)x", row.kind).isEmpty, "\(text)")
            // 192.0.2.77 is an address as well.
            #expect(row.kind == .ipAddress || matches("\(text)7", row.kind).isEmpty, "\(text)")
            #expect(matches("é\(text)", row.kind).isEmpty, "\(text)")
            #expect(matches("(\(text)).", row.kind).count == 1, "\(text)")
        }
    }

    /// Digits of other scripts, fullwidth forms, dashes, spaces, and characters that are not seen.
    @Test(arguments: [
        "４１１１ １１１１ １１１１ １１１１", "٤١١١ ١١١١ ١١١١ ١١١١", "4111\u{2011}1111\u{2011}1111\u{2011}1111",
        "4111\u{00A0}1111\u{00A0}1111\u{00A0}1111", "41\u{200B}11 1111 11\u{00AD}11 1111",
        "41\u{FE0F}11 1111 1111 1111\u{E0100}", "4\u{3164}1\u{34F}11 11\u{115F}11 1111 11\u{FFA0}11",
        "4111\u{058A}1111\u{058A}1111\u{058A}1111", "4111\u{301C}1111\u{301C}1111\u{301C}1111",
    ])
    func otherSpellingsAreSeenThrough(_ text: String) throws {
        let redactor = try TextRedactor(column: "note", TextRule(), nil)
        #expect(redactor.redacted("a \(text) b").text == "a <CREDIT_CARD> b")
    }

    /// Labels, years, hours and marks that are not seen, right beside what is looked for.
    @Test(arguments: rows) func whatStandsBesideItDoesNotHideIt(_ row: Row) {
        let frames = [
            ("label:", ""), ("label: ", "; 17"), ("", " 2020"), ("", " 4pm"), ("\u{FE0F}", "\u{FE0F}"),
            ("(", "\u{E0100}, x"),
        ]
        for text in row.found {
            for (before, after) in frames {
                #expect(matches(before + text + after, row.kind).count == 1, "\(before)\(text)\(after)")
            }
        }
    }

    @Test func anyNumberWithItsCheckDigitMayBeACard() {
        let all = TextInspection([.creditCard], minimumCertainty: .possible)
        for (text, count) in [
            ("1234567812345670", 1), ("1234567812345671", 0), ("1234 5678 1234 5670", 1), ("123456789015", 0),
            ("1234567890128", 1),
        ] {
            let found = all.matches(in: FoldedText(text))
            #expect(found.count == count && found.allSatisfy { $0.certainty == .possible }, "\(text)")
        }
    }

    @Test func onlyTheNumberIsTakenOfWhatFollowsIt() throws {
        let redactor = try TextRedactor(column: "note", TextRule(), nil)
        for (text, expected) in [
            ("call +4915112345678 2020", "call <PHONE_NUMBER> 2020"),
            ("+44 20 7946 0958 4pm", "<PHONE_NUMBER> 4pm"),
            ("+49 30 901820-1234 12345", "<PHONE_NUMBER> 12345"),
            ("IPv6:2001:db8::1: up", "IPv6:<IP_ADDRESS>: up"),
            ("10.0.0.1:443: up", "<IP_ADDRESS>:443: up"), ("10.0.0.1:eth0", "<IP_ADDRESS>:eth0"),
            ("10.0.0.1:443:10.0.0.2:80", "<IP_ADDRESS>:443:<IP_ADDRESS>:80"),
            ("born on the 17th of May 1984.", "born on the <BIRTH_DATE>."),
        ] { #expect(redactor.redacted(text).text == expected) }
    }

    @Test func theLongestThenTheMostCertainWins() {
        let text = "https://anna:secret@example.com 0123"
        let all = TextInspection(PersonalInformation.allCases)
        #expect(all.matches(in: FoldedText(text)).map(\.kind) == [.credentialURL])
        // Nine digits that could be either: what the text says decides.
        let labelled = TextInspection(PersonalInformation.allCases, minimumCertainty: .possible)
        #expect(labelled.matches(in: FoldedText("routing 121120005")).map(\.kind) == [.usRoutingNumber])
        #expect(
            labelled.matches(in: FoldedText("ssn 121120005")).map(\.kind) == [.usSocialSecurityNumber]
        )
    }

    /// Any single wrong digit and, but for the two that are known, any swap of neighbours is noticed.
    @Test func checkDigitsNoticeMistakes() {
        let verhoeff = [2, 3, 6, 3]
        #expect(Checksums.verhoeff(verhoeff))
        for place in verhoeff.indices {
            for digit in 0..<10 where digit != verhoeff[place] {
                var wrong = verhoeff
                wrong[place] = digit
                #expect(!Checksums.verhoeff(wrong))
            }
        }
        for place in 0..<3 {
            var swapped = verhoeff
            swapped.swapAt(place, place + 1)
            #expect(swapped == verhoeff || !Checksums.verhoeff(swapped))
        }
        #expect(Checksums.luhn([7, 9, 9, 2, 7, 3, 9, 8, 7, 1, 3]))
        #expect(!Checksums.luhn([7, 9, 9, 2, 7, 3, 9, 8, 7, 1, 0]))
        #expect(Checksums.modulo11And10([7, 9, 4, 6, 2, 3]))
    }
}
