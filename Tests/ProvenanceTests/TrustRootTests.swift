import BulwarkProvenance
import Foundation
import Testing

struct TrustRootTests {
    private let alice = PrivateKey(.ed25519)
    private let bob = PrivateKey(.ecdsaP256)
    private let eve = PrivateKey(.ecdsaP384)
    private typealias Key = (
        name: String, key: PublicKey, from: Timestamp, until: Timestamp?, revocation: TrustedKey.Revocation?
    )

    private func key(
        _ name: String,
        _ key: PrivateKey,
        until: String? = nil,
        revoked: String? = nil
    ) throws -> Key {
        (
            name, key.publicKey, try Support.time("2026-01-01T00:00:00Z"),
            try until.map { try Support.time($0) },
            try revoked.map { TrustedKey.Revocation(from: try Support.time($0), reason: "stolen") }
        )
    }

    private func root(
        _ keys: [Key],
        threshold: Int = 1,
        type: ClaimType = .revocation
    ) throws -> TrustRoot {
        let rules = [(type: type, keys: keys.map(\.name), threshold: threshold)]
        return try TrustRoot(json: TrustRoot.json(keys: keys, rules: rules))
    }

    private func envelope(_ keys: [PrivateKey]) throws -> Envelope {
        let predicate = RevocationPredicate(
            target: .claim,
            reason: "wrong data",
            from: try Support.time("2026-01-01T00:00:00Z"),
            replacement: nil
        )
        let subject = Subject(name: "a claim", sha256: ContentDigest(of: Data()))
        return try Claim(about: [subject], predicate).signed(by: keys)
    }

    private func signers(_ keys: [PrivateKey], _ root: TrustRoot, at time: String) throws -> [String?] {
        try envelope(keys).verified(
            as: Claim<RevocationPredicate>.self,
            by: root,
            at: Support.time(time)
        ).signers.map(\.name)
    }

    @Test func aListedKeyIsBelieved() throws {
        let root = try root([key("alice", alice)])
        #expect(try signers([alice], root, at: "2026-06-01T00:00:00Z") == ["alice"])
        #expect(throws: VerificationError.notSignedByTrustedKey) {
            try signers([eve], root, at: "2026-06-01T00:00:00Z")
        }
    }

    @Test func aThresholdCountsKeysNotSignatures() throws {
        let root = try root([key("alice", alice), key("bob", bob)], threshold: 2)
        #expect(try signers([bob, alice], root, at: "2026-06-01T00:00:00Z") == ["alice", "bob"])
        for keys in [[alice], [alice, alice], [alice, eve]] {
            #expect(throws: VerificationError.self) { try signers(keys, root, at: "2026-06-01T00:00:00Z") }
        }
    }

    @Test func aKeyIsBelievedInItsTime() throws {
        let root = try root([key("alice", alice, until: "2027-01-01T00:00:00Z")])
        for time in ["2026-01-01T00:00:00Z", "2026-12-31T23:59:59Z"] {
            #expect(try signers([alice], root, at: time) == ["alice"])
        }
        for time in ["2025-12-31T23:59:59Z", "2027-01-01T00:00:00Z"] {
            #expect(throws: VerificationError.self) { try signers([alice], root, at: time) }
        }
    }

    @Test func aRevokedKeyIsBelievedOnlyBefore() throws {
        let root = try root([key("alice", alice, revoked: "2026-03-01T00:00:00Z")])
        #expect(try signers([alice], root, at: "2026-02-28T23:59:59Z") == ["alice"])
        #expect(throws: VerificationError.self) { try signers([alice], root, at: "2026-03-01T00:00:00Z") }
    }

    @Test func aKeyIsRevokedByItsName() throws {
        let keys = [try key("alice", alice), try key("bob", bob)]
        let rules = [(type: ClaimType.revocation, keys: ["alice", "bob"], threshold: 1)]
        let before = try TrustRoot.json(keys: keys, rules: rules)
        func revoked(_ json: Data, _ name: String, _ from: String?) throws -> Data {
            try TrustRoot.json(json, revoking: name, from: from.map { try Support.time($0) }, reason: "lost")
        }
        let after = try revoked(before, "alice", "2026-03-01T00:00:00Z")
        let root = try TrustRoot(json: after)
        #expect(try signers([alice], root, at: "2026-02-28T23:59:59Z") == ["alice"])
        #expect(throws: VerificationError.self) { try signers([alice], root, at: "2026-03-01T00:00:00Z") }
        #expect(try signers([bob], root, at: "2026-03-01T00:00:00Z") == ["bob"])
        // Earlier is taken, later is not; without a moment nothing by the key is believed.
        for from in ["2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"] {
            #expect(throws: TrustError.self) { try revoked(after, "alice", from) }
        }
        let whole = try TrustRoot(json: revoked(after, "alice", nil))
        #expect(whole.keys[0].revocation?.from == whole.keys[0].validFrom)
        #expect(throws: TrustError.nameNotListed("eve")) { try revoked(before, "eve", nil) }
    }

    @Test func nobodyApprovesInTwoRolesWhileTwoKeysAreValid() throws {
        let keys = [try key("alice", alice), try key("bob", bob)]
        let rules = [
            (type: ClaimType.approval, keys: ["alice"], threshold: 1),
            (type: .scan, keys: ["bob"], threshold: 1),
        ]
        let json = try TrustRoot.json(keys: keys, rules: rules)
        func rotated(_ old: PrivateKey, until: String) throws -> String {
            let from = try Support.time("2026-03-01T00:00:00Z")
            let rotation = TrustRoot.Rotation(
                old: old.publicKey,
                new: eve.publicKey,
                name: nil,
                from: from,
                until: try Support.time(until)
            )
            return try TrustRoot.json(json, after: rotation).name
        }
        let later = "2026-04-01T00:00:00Z"
        #expect(throws: TrustError.twoRoles(until: try Support.time(later))) {
            try rotated(alice, until: later)
        }
        #expect(try rotated(alice, until: "2026-03-01T00:00:00Z") == "alice-2")
        #expect(try rotated(bob, until: later) == "bob-2")
    }

    @Test func nobodyMayStateWhatNoRuleIsAbout() throws {
        let root = try root([key("alice", alice)], type: .approval)
        #expect(throws: VerificationError.nobodyMayState(.revocation)) {
            try signers([alice], root, at: "2026-06-01T00:00:00Z")
        }
    }

    @Test func rootsThatCouldNotBeMeantAreRefused() throws {
        let (first, second) = (try key("alice", alice), try key("bob", bob))
        let same = try key("carol", alice)
        let named = try key("alice", bob)
        #expect(throws: TrustError.duplicateKey("alice", "carol")) { try root([first, same]) }
        #expect(throws: TrustError.duplicateName("alice")) { try root([first, named]) }
        #expect(throws: TrustError.self) { try root([first, second], threshold: 3) }
        #expect(throws: TrustError.self) { try root([first], threshold: 0) }
        #expect(throws: TrustError.self) { try root([]) }
        #expect(throws: TrustError.severalModelSignatures(threshold: 2)) {
            try root([first, second], threshold: 2, type: .modelSignature)
        }
        #expect(throws: TrustError.emptyValidity(name: "alice")) {
            try root([key("alice", alice, until: "2026-01-01T00:00:00Z")])
        }
        let text = String(
            decoding: try TrustRoot.json(
                keys: [first],
                rules: [(type: .scan, keys: ["alice"], threshold: 1)]
            ),
            as: UTF8.self
        )
        for (part, other) in [
            ("trust-root/1", "trust-root/2"), ("\"threshold\"", "\"more\":1,\"threshold\""), ("scan", "scam"),
            ("[\"alice\"]", "[\"bob\"]"), ("[\"alice\"]", "[\"alice\",\"alice\"]"), ("PUBLIC", "PRIVATE"),
            ("2026-01-01T00:00:00Z", "yesterday"),
        ] {
            let changed = Data(text.replacing(part, with: other).utf8)
            #expect(throws: TrustError.self) { try TrustRoot(json: changed) }
        }
    }
}
