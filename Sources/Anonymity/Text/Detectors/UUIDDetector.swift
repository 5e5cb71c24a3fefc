/// Universally unique identifiers (RFC 9562, section 4).
package struct UUIDDetector: NumberDetector {
    package let kind = PersonalInformation.uuid
    package let shapes = [NumberShape("XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX")]

    package init() {}

    package func isValid(_ content: [UInt8]) -> Bool { content.allSatisfy(\.isHexadecimalDigit) }

    package func certainty(of found: NumberShape.Found, in text: FoldedText) -> Certainty { .certain }
}
