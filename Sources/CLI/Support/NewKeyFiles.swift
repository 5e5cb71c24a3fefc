import BulwarkProvenance
import Foundation

/// The files of a new key: all are written or none, and none is replaced.
package enum NewKeyFiles {
    /// Where the public half of a key is: for `K.pem`, `K.pub.pem`.
    static func publicPath(of path: String) -> String {
        (path.hasSuffix(".pem") ? String(path.dropLast(4)) : path) + ".pub.pem"
    }

    /// Where the recipient of an identity is: for `K.age`, `K.recipient`.
    static func recipientPath(of path: String) -> String {
        (path.hasSuffix(".age") ? String(path.dropLast(4)) : path) + ".recipient"
    }

    /// - Throws: `CommandFailure` with exit code 73 if there is a file of one of the names.
    static func requireAbsent(_ paths: [String]) throws {
        for path in paths where FileManager.default.fileExists(atPath: path) {
            throw CommandFailure(.cannotWrite, "\(KeyError.exists(path: path))")
        }
    }

    /// Writes files one after the other, and takes back those that were written if a later one cannot be.
    ///
    /// - Throws: `CommandFailure`; a file that cannot be written has another exit code, 73, than one that cannot be
    ///   read.
    static func write(_ files: [(path: String, write: () throws -> Void)]) throws {
        // A request to stop waits until all are written.
        Interruption.watch(isQuiet: true)
        try write(
            files.map { file in
                (file.path, file.write, { try? FileManager.default.removeItem(atPath: file.path) })
            }
        )
    }

    /// Takes steps one after the other, and takes back those that were taken if a later one fails.
    ///
    /// Those before a step that may have been taken are kept: what it states may be known to others.
    ///
    /// - Throws: `CommandFailure`.
    package static func write(
        _ steps: [(path: String, write: () throws -> Void, undo: () -> Void)]
    ) throws {
        var undo: [() -> Void] = []
        for step in steps {
            do {
                try step.write()
                undo.append(step.undo)
            } catch let failure as CommandFailure where failure.isUnsure {
                throw CommandFailure(
                    failure.status,
                    failure.message,
                    hint: "the keys were kept; open the log to see whether the entry is there",
                    isUnsure: true
                )
            } catch {
                for undo in undo.reversed() { undo() }
                if let failure = error as? CommandFailure { throw failure }
                throw CommandFailure(.cannotWrite, "\(error)")
            }
        }
    }
}

/// What is told about somebody for whom files are sealed.
struct RecipientCard: Encodable {
    let algorithm = KeyAlgorithm.x25519.rawValue
    let recipient: String

    init(_ recipient: SealingRecipient) { self.recipient = recipient.text }
}

/// What a file that has to do with sealing holds.
enum SealingKeyKind {
    case identity, recipient

    /// By the first line that says something; nil if it is of another kind.
    init?(_ bytes: Data) {
        if SealedFile.isSealed(bytes) {
            self = .identity
            return
        }
        let lines = String(decoding: bytes.prefix(1 << 16), as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }
        guard let line = lines.first(where: { !$0.isEmpty && !$0.hasPrefix("#") }) else { return nil }
        if line.hasPrefix("AGE-SECRET-KEY-1") {
            self = .identity
        } else if line.hasPrefix("age1") {
            self = .recipient
        } else {
            return nil
        }
    }
}
