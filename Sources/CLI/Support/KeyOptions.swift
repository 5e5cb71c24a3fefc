import ArgumentParser
import BulwarkProvenance
import Foundation

/// Options that say which private key signs.
struct SigningOptions: ParsableArguments {
    @Option(help: "The private key, in PEM.")
    var privateKey: String

    @OptionGroup var passphrase: PassphraseOptions

    /// The files that are read.
    var paths: [String] { [privateKey] + passphrase.passphraseFile }

    /// The key.
    ///
    /// - Throws: `CommandFailure`.
    func key() throws -> PrivateKey { try passphrase.privateKey(privateKey) }
}

/// Where the passphrase of a private key comes from.
struct PassphraseOptions: ParsableArguments {
    /// The variable that may hold a passphrase.
    static let variable = "BULWARK_PASSPHRASE"

    @Option(
        help: """
            A file whose first line is the passphrase of a private key, and that only its owner may read; may be \
            repeated where a command uses several keys. What is new gets the last. Without it, the variable \
            \(PassphraseOptions.variable) is looked at; then the terminal is asked.
            """
    )
    var passphraseFile: [String] = []

    /// Reads a private key, and asks for its passphrase if it is encrypted.
    ///
    /// - Throws: `CommandFailure`.
    func privateKey(_ path: String) throws -> PrivateKey {
        try judging(path) {
            let pem = try KeyFile.readPrivate(path)
            var candidates: [Passphrase]?
            while true {
                do {
                    return try PrivateKey(pem: pem) { () throws(KeyError) in
                        var left = candidates ?? []
                        if candidates == nil { left = try stored() }
                        candidates = Array(left.dropFirst())
                        if let next = left.first { return next }
                        guard let typed = Self.ask("Passphrase of \(path): ") else { return nil }
                        return try Passphrase(typed)
                    }
                } catch KeyError.wrongPassphrase where candidates?.isEmpty == false {
                    // The next one may be that of this key.
                }
            }
        }
    }

    /// Reads a file with identities, and asks for its passphrase if it is sealed.
    ///
    /// - Throws: `CommandFailure`.
    func identities(_ path: String) throws -> [SealingIdentity] {
        try judging(path) { try IdentityFile.read(path) { try existing(path) } }
    }

    /// The passphrase of something that has one: what is stored, or what somebody types; nil if there is neither.
    ///
    /// - Throws: `CommandFailure`.
    func existing(_ path: String) throws -> Passphrase? {
        try judging("passphrase") {
            if let stored = try stored().first { return stored }
            return try Self.ask("Passphrase of \(path): ").map { try Passphrase($0) }
        }
    }

    /// What is protected by a new passphrase.
    enum Purpose {
        case privateKey, file
    }

    /// The passphrase for something new: what is stored, or what somebody types twice.
    ///
    /// - Throws: `CommandFailure` if there is none.
    func new(for purpose: Purpose) throws -> Passphrase {
        try judging("passphrase") {
            if let stored = try stored().last { return stored }
            guard let first = Self.ask("New passphrase: "), let second = Self.ask("The same again: ") else {
                let (what, otherwise) =
                    switch purpose {
                    case .privateKey: ("a private key is encrypted", "say --no-passphrase")
                    case .file: ("the file is sealed", "set \(Self.variable)")
                    }
                throw CommandFailure(
                    .usage,
                    "\(what) with a passphrase, and there is no terminal to ask for one",
                    hint: "name a file with --passphrase-file, or \(otherwise)"
                )
            }
            guard first == second else { throw CommandFailure(.usage, "the two passphrases differ") }
            return try Passphrase(first)
        }
    }

    /// What files or the environment hold; none if neither is there.
    private func stored() throws(KeyError) -> [Passphrase] {
        var stored: [Passphrase] = []
        for path in passphraseFile {
            let text = try KeyFile.readPrivate(path)
            stored.append(try Passphrase(String(text.prefix { !$0.isNewline })))
        }
        guard stored.isEmpty, let text = ProcessInfo.processInfo.environment[Self.variable] else {
            return stored
        }
        return [try Passphrase(text)]
    }

    /// What somebody types on the terminal, unseen; nil if there is no terminal.
    private static func ask(_ prompt: String) -> String? {
        guard isatty(FileHandle.standardInput.fileDescriptor) == 1 else { return nil }
        return getpass(prompt).map { String(cString: $0) }
    }
}

/// Reads a public key.
///
/// - Throws: `CommandFailure`.
func readPublicKey(_ path: String) throws -> PublicKey {
    try judging(path) { try PublicKey(pem: KeyFile.readPublic(path)) }
}

extension SignatureAlgorithm: ExpressibleByArgument {}

/// The kinds of keys that are made: those that sign, and the one that files are sealed for.
enum KeyAlgorithm: String, CaseIterable, ExpressibleByArgument {
    case ecdsaP256 = "ecdsa-p256"
    case ecdsaP384 = "ecdsa-p384"
    case ecdsaP521 = "ecdsa-p521"
    case ed25519
    case x25519

    /// How it signs; nil for the one that does not.
    var signature: SignatureAlgorithm? { SignatureAlgorithm(rawValue: rawValue) }
}

extension Timestamp {
    /// A moment as it is typed; nil if the option was left out.
    ///
    /// - Throws: `CommandFailure` if it is written otherwise.
    static func typed(_ text: String?, _ option: String) throws -> Timestamp? {
        guard let text else { return nil }
        guard let time = Timestamp(text) else {
            throw CommandFailure(.usage, "\(option) \(text): a moment is written 2026-01-31T23:59:59Z")
        }
        return time
    }

    /// The time of the machine's clock.
    static var now: Timestamp { Timestamp(secondsSince1970: Int64(Date().timeIntervalSince1970)) }
}
