/// Addresses of network cards (IEEE 802, section 8): six octets with hyphens or colons, or three groups with points.
package struct MACAddressDetector: NumberDetector {
    package let kind = PersonalInformation.macAddress
    package let shapes = [
        NumberShape("XX-XX-XX-XX-XX-XX"), NumberShape("XX:XX:XX:XX:XX:XX"), NumberShape("XXXX.XXXX.XXXX"),
    ]

    package init() {}

    package func isValid(_ content: [UInt8]) -> Bool {
        content.allSatisfy(\.isHexadecimalDigit) && Set(content).count > 1
    }

    package func certainty(of found: NumberShape.Found, in text: FoldedText) -> Certainty {
        text[found.range.lowerBound + 4] == UInt8(ascii: ".") ? .likely : .certain
    }
}
