import BulwarkProvenance
import Foundation
import Testing

/// RFC 7914, section 12; the last of its four would take a gigabyte.
struct ScryptTests {
    @Test func keysAreThoseOfTheStandard() throws {
        let known = [
            (
                "", "", 16, 1, 1,
                """
                77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442\
                fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906
                """
            ),
            (
                "password", "NaCl", 1_024, 8, 16,
                """
                fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162\
                2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640
                """
            ),
            (
                "pleaseletmein", "SodiumChloride", 16_384, 8, 1,
                """
                7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2\
                d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887
                """
            ),
        ]
        for (passphrase, salt, cost, blockSize, parallelization, key) in known {
            let scrypt = try Scrypt(cost: cost, blockSize: blockSize, parallelization: parallelization)
            let derived = scrypt.deriveKey(from: Data(passphrase.utf8), salt: Data(salt.utf8), byteCount: 64)
            #expect(try derived == Support.bytes(key))
        }
    }

    @Test func parametersThatCostTooMuchAreRefused() {
        let wrong = [
            (0, 1, 1), (3, 1, 1), (1, 1, 1), (1 << 16, 1, 1), (1 << 24, 8, 1), (1 << 14, 8, 17), (16, 0, 1),
            (16, 1, 0), (Int.max, 8, 8), (1 << 40, 8, 8),
        ]
        for (cost, blockSize, parallelization) in wrong {
            #expect(throws: KeyError.self) {
                try Scrypt(cost: cost, blockSize: blockSize, parallelization: parallelization)
            }
        }
    }
}
