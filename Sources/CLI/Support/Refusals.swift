import BulwarkAnonymity
import BulwarkEvidence
import BulwarkIsolation
import BulwarkProvenance
import Foundation

/// Runs `body`, turning what is wrong with keys, signatures and logs into failures with their exit codes: 77
/// for what is not believed, 65 for what is broken, 66 for what is not there, 73 for what cannot be written.
///
/// - Parameters:
///   - path: The file or folder that it is about.
///   - body: What reads, verifies or writes.
/// - Returns: What `body` returns.
/// - Throws: `CommandFailure`, and what is none of these.
package func judging<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as any ClassifiedRefusal {
        let text = "\(error)"
        throw CommandFailure(
            error.status,
            text.hasPrefix(path) ? text : "\(path): \(text)",
            hint: error.hint,
            isUnsure: error.isUnsure
        )
    }
}

/// An error of evidence that knows which exit code it has.
private protocol ClassifiedRefusal: Error, CustomStringConvertible {
    var status: ExitStatus { get }
    var hint: String? { get }
    var isUnsure: Bool { get }
}

extension ClassifiedRefusal {
    fileprivate var hint: String? { nil }
    fileprivate var isUnsure: Bool { false }
}

extension KeyError: ClassifiedRefusal {
    fileprivate var status: ExitStatus {
        switch self {
        case .unreadable(let path, _): FileManager.default.fileExists(atPath: path) ? .badInput : .notFound
        case .exists: .cannotWrite
        case .exposed, .foreignOwner, .passphraseNeeded, .wrongPassphrase, .excessiveCost: .notAllowed
        default: .badInput
        }
    }

    fileprivate var hint: String? {
        switch self {
        case .passphraseNeeded: "name a file with --passphrase-file, or set BULWARK_PASSPHRASE"
        case .exposed(let path, _): "chmod 600 \(path)"
        default: nil
        }
    }
}

extension SealingError: ClassifiedRefusal {
    fileprivate var status: ExitStatus {
        switch self {
        case .unreadable(let path, _): FileManager.default.fileExists(atPath: path) ? .badInput : .notFound
        case .cannotWrite: .cannotWrite
        case .sameFile, .recipientCount: .usage
        case .interrupted: .interrupted
        case .noMatch, .passphraseNeeded, .identityNeeded, .wrongPassphrase, .excessiveWorkFactor,
            .worthlessShare, .headerChanged, .truncated, .trailingBytes, .contentChanged, .emptyLastPiece:
            .notAllowed
        case .notSealed, .armored, .unknownVersion, .malformedHeader, .headerTooLong, .passphraseBesideOthers,
            .endsEarly, .malformedRecipient, .malformedIdentity, .noIdentity:
            .badInput
        }
    }

    fileprivate var hint: String? {
        switch self {
        case .passphraseNeeded: "say --passphrase"
        case .identityNeeded: "name a file with --identity"
        default: nil
        }
    }
}

extension FileTreeError: ClassifiedRefusal {
    fileprivate var status: ExitStatus {
        switch self {
        case .unreadable(let path, _): FileManager.default.fileExists(atPath: path) ? .badInput : .notFound
        default: .badInput
        }
    }
}

extension ModelSigningError: ClassifiedRefusal {
    fileprivate var status: ExitStatus {
        switch self {
        case .files(let error): error.status
        case .unsupportedKey, .unexpectedMaterial: .usage
        case .certificate(let error): error.status
        case .otherKey, .certificateOfOtherKey, .verification, .wrongRootDigest, .ignoredPathsRefused,
            .otherShape, .different:
            .notAllowed
        default: .badInput
        }
    }

    fileprivate var hint: String? {
        switch self {
        case .ignoredPathsRefused(let paths):
            "if these may be left out, say so: "
                + paths.prefix(20).map { "--ignore \($0)" }.joined(separator: " ")
                + (paths.count > 20 ? " … (\(paths.count) in all)" : "")
        case .certificate(let error): error.hint
        default: nil
        }
    }
}

extension SignerCertificateError: ClassifiedRefusal {
    fileprivate var status: ExitStatus {
        switch self {
        case .malformed, .chainLength: .badInput
        case .noPath, .outsideValidity, .notForSigning, .key: .notAllowed
        }
    }

    fileprivate var hint: String? {
        switch self {
        case .outsideValidity(_, let end, let time) where time > end:
            "--at-signing-time accepts a certificate that has expired since"
        default: nil
        }
    }
}

extension VerificationError: ClassifiedRefusal {
    fileprivate var status: ExitStatus { .notAllowed }
}

extension EnvelopeError: ClassifiedRefusal {
    fileprivate var status: ExitStatus { .badInput }
}

extension ClaimError: ClassifiedRefusal {
    fileprivate var status: ExitStatus { .badInput }
}

extension TrustError: ClassifiedRefusal {
    fileprivate var status: ExitStatus { .badInput }
}

extension LogError: ClassifiedRefusal {
    fileprivate var status: ExitStatus {
        switch self {
        case .notALog, .cannotRead: .notFound
        case .untrusted, .stale: .notAllowed
        case .noEntry, .noSize, .tooManyEntries: .usage
        case .cannotWrite, .notEmpty, .locked, .replaced, .changedUnderneath, .cannotSign, .unsure, .closed:
            .cannotWrite
        case .notAFile, .tooLarge, .missing, .damaged, .entryTooLong: .badInput
        case .entryIsReference: .badInput
        }
    }

    fileprivate var isUnsure: Bool { if case .unsure = self { true } else { false } }
}

extension NoteError: ClassifiedRefusal {
    fileprivate var status: ExitStatus {
        switch self {
        case .wrongOrigin, .badSignature, .notSigned, .tooFewWitnesses, .notIncluded: .notAllowed
        case .badKeyName, .badKey: .usage
        case .tooLong, .malformed: .badInput
        case .signerFailed: .cannotWrite
        }
    }
}

extension WitnessRefusal: ClassifiedRefusal {
    fileprivate var status: ExitStatus {
        switch self {
        case .keyNotKnown, .logNotKnown, .proofRefused, .ahead, .otherTree, .notSigned: .notAllowed
        case .status(let status): status < 500 ? .wrongAnswer : .unavailable
        case .notAnAnswer: .wrongAnswer
        }
    }
}

extension LogIndexError: ClassifiedRefusal {
    fileprivate var status: ExitStatus {
        switch self {
        case .missing: .notFound
        case .damaged, .newer: .badInput
        case .unavailable: .cannotWrite
        case .otherLog, .forked, .ahead: .notAllowed
        }
    }

    fileprivate var hint: String? {
        if case .missing = self { nil } else { "log index --rebuild makes it again from the log" }
    }
}

extension WitnessError: ClassifiedRefusal {
    fileprivate var status: ExitStatus { .cannotWrite }
}

extension IsolationError: ClassifiedRefusal {
    fileprivate var status: ExitStatus {
        switch self {
        case .missing, .refused, .unverified, .supervision, .endedEarly, .malformed: .notAllowed
        // What a job exits with is believed where it is a code of ours.
        case .failed(let status, _): ExitStatus(rawValue: status) ?? .bug
        case .killed: .bug
        case .interrupted: .interrupted
        case .outputTooLarge: .cannotWrite
        case .folder: .badInput
        }
    }
}

extension TableError: ClassifiedRefusal {
    fileprivate var status: ExitStatus { .badInput }
}

extension RulesError: ClassifiedRefusal {
    fileprivate var status: ExitStatus { .badInput }
}

extension AnonymityError: ClassifiedRefusal {
    fileprivate var status: ExitStatus {
        switch self {
        case .keyNeeded: .usage
        default: .badInput
        }
    }

    fileprivate var hint: String? {
        switch self {
        case .keyNeeded: "make one with 'bulwark data pseudonym-key --output FILE', and name it with --key"
        case .unreachable: "allow more rows to be left out, add levels to the hierarchies, or ask for less"
        case .tooManyNodes: "give hierarchies fewer levels, or narrow them with minimumLevel and maximumLevel"
        default: nil
        }
    }
}
