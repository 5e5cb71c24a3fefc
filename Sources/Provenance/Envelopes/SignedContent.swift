import Foundation

/// Something that is read out of signed bytes.
public protocol SignedContent: Sendable {
    /// What the envelope has to call such bytes.
    static var payloadType: String { get }
    /// What is stated, which decides who may.
    var claimType: ClaimType { get }
    /// Reads the content.
    ///
    /// - Throws: If the bytes are not of the expected form.
    init(signedBytes: Data) throws
}
