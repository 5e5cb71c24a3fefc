import BulwarkProvenance
import Foundation
import Testing

struct JSONReaderTests {
    @Test func whatIsNotExactlyOneValueIsRefused() {
        let wrong = [
            "", "{", "[", "01", "1.", ".5", "-", "1e", "+1", "tru", "nulll", "[1,]", "{\"a\":1,}", "{a:1}",
            "\"\u{1}\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\x\"", "\"\\u12\"", "\"abc", "[1 2]", "1 2",
            "9007199254740992", "1e999", "'a'", "{\"a\"}", "\"\\", "\"\\u", "\"\\ud83d\\u",
        ]
        for text in wrong {
            #expect(throws: JSONError.self) { try JSONReader.read(Data(text.utf8)) }
        }
        #expect(throws: JSONError.self) { try JSONReader.read(Data([0x22, 0xC0, 0xAF, 0x22])) }
    }

    @Test func aMemberStandsOnce() {
        for text in ["{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}"] {
            #expect(throws: JSONError.duplicateMember(name: "a", offset: 7)) {
                try JSONReader.read(Data(text.utf8))
            }
        }
    }

    @Test func namesAreTheirBytes() throws {
        let value = try JSONReader.read(Data("{\"\\u00e9\":1,\"e\\u0301\":2}".utf8))
        #expect(value == .object([("\u{E9}", .number(1)), ("e\u{301}", .number(2))]))
    }

    @Test func limitsHold() {
        let deep = Data(String(repeating: "[", count: 100_000).utf8)
        #expect(throws: JSONError.tooDeep(maximum: 64)) { try JSONReader.read(deep) }
        #expect(throws: JSONError.tooLarge(bytes: 100, maximum: 99)) {
            try JSONReader.read(Data(count: 100), limits: JSONLimits(maximumBytes: 99))
        }
        #expect(throws: JSONError.tooManyValues(maximum: 3)) {
            try JSONReader.read(Data("[1,2,3]".utf8), limits: JSONLimits(maximumValues: 3))
        }
    }

    /// RFC 8785, appendix B.
    @Test func numbersHaveOneSpelling() throws {
        let known: [(String, String)] = [
            ("-0.0", "0"), ("5e-324", "5e-324"), ("1.7976931348623157e308", "1.7976931348623157e+308"),
            ("295147905179352825856.0", "295147905179352830000"),
            ("9.999999999999997e22", "9.999999999999997e+22"), ("1e23", "1e+23"),
            ("999999999999999700000.0", "999999999999999700000"), ("1e21", "1e+21"),
            ("9.999999999999997e-7", "9.999999999999997e-7"), ("0.000001", "0.000001"),
            ("333333333.33333329", "333333333.3333333"),
            ("-3.3333333333333333e-6", "-0.0000033333333333333333"),
            ("1424953923781206.25", "1424953923781206.2"), ("4.50", "4.5"), ("100", "100"),
        ]
        for (text, canonical) in known {
            #expect(CanonicalJSON.write(try JSONReader.read(Data(text.utf8))) == Data(canonical.utf8))
        }
    }

    /// RFC 8785, sections 3.2.2 and 3.2.3.
    @Test func textsAndMembersHaveOneSpelling() throws {
        let text = #"{"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#
        let canonical = #"{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
        #expect(CanonicalJSON.write(try JSONReader.read(Data(text.utf8))) == Data(canonical.utf8))
        let unsorted = #"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#
        let sorted = "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{FB33}\":3}"
        #expect(CanonicalJSON.write(try JSONReader.read(Data(unsorted.utf8))) == Data(sorted.utf8))
    }

    @Test func whateverIsReadIsWrittenTheSame() {
        var random = Support.Random(state: 7)
        let alphabet = Array("{}[]\",:0123456789eE+-.\\untrfals é".utf8)
        for _ in 0..<20_000 {
            let count = random.next(below: 40)
            let text = Data((0..<count).map { _ in alphabet[random.next(below: alphabet.count)] })
            guard let value = try? JSONReader.read(text) else { continue }
            #expect((try? JSONReader.read(CanonicalJSON.write(value))) == value)
        }
    }
}
