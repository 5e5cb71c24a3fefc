/// Check digits of numbers that people carry.
package enum Checksums {
    /// Whether the last digit is that of Luhn's algorithm (ISO/IEC 7812-1, annex B).
    package static func luhn(_ digits: [Int]) -> Bool {
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            let doubled = place.isMultiple(of: 2) ? digit : digit * 2
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        return sum.isMultiple(of: 10)
    }

    /// The remainder by 97 of a number whose letters stand for 10 to 35 (ISO/IEC 7064, MOD 97-10, as in ISO 13616).
    package static func modulo97(_ characters: some Sequence<UInt8>) -> Int {
        characters.reduce(0) { remainder, character in
            character.isDigit
                ? (remainder * 10 + character.digit) % 97
                : (remainder * 100 + Int(character.uppercased) - 0x41 + 10) % 97
        }
    }

    /// Whether the last digit is that of ISO/IEC 7064, MOD 11,10.
    package static func modulo11And10(_ digits: [Int]) -> Bool {
        guard let check = digits.last else { return false }
        var product = 10
        for digit in digits.dropLast() {
            let sum = (digit + product) % 10
            product = (sum == 0 ? 10 : sum) * 2 % 11
        }
        return (product + check) % 10 == 1
    }

    /// Whether the last digit is that of Verhoeff's scheme (Verhoeff, "Error Detecting Decimal Codes", 1969).
    package static func verhoeff(_ digits: [Int]) -> Bool {
        var check = 0
        for (place, digit) in digits.reversed().enumerated() {
            check = dihedral(check, permuted(digit, times: place % 8))
        }
        return check == 0
    }

    /// The product of two elements of the dihedral group of order ten: 0 to 4 turn, 5 to 9 reflect.
    private static func dihedral(_ left: Int, _ right: Int) -> Int {
        switch (left < 5, right < 5) {
        case (true, true): (left + right) % 5
        case (true, false): 5 + (left + right - 5) % 5
        case (false, true): 5 + (left - 5 - right + 5) % 5
        case (false, false): (left - right + 5) % 5
        }
    }

    private static let permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

    private static func permuted(_ digit: Int, times: Int) -> Int {
        (0..<times).reduce(digit) { value, _ in permutation[value] }
    }

    /// The sum of the digits, each multiplied with its weight.
    package static func weighted(_ digits: some Sequence<Int>, _ weights: some Sequence<Int>) -> Int {
        zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
