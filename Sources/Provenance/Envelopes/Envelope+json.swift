import Foundation

extension Envelope {
    /// Reads an envelope (DSSE 1.0, envelope).
    ///
    /// The standard would let unknown members pass; what nobody signed and nobody reads has no place here.
    ///
    /// - Throws: `EnvelopeError` if it is larger than the limits, has members too many, too few or twice, or
    ///   is not in base64.
    public init(json: Data, limits: JSONLimits = JSONLimits()) throws(EnvelopeError) {
        do {
            try self.init(JSONReader.read(json, limits: limits), path: "")
        } catch let error as JSONError {
            throw .malformed(error)
        } catch let error as EnvelopeError {
            throw error
        } catch {
            preconditionFailure("reading throws these two kinds of errors only")
        }
    }

    /// Reads an envelope that is a part of something else.
    init(_ value: JSONValue, path: String) throws {
        var members = try JSONMembers(value, path: path)
        payloadType = try members.string("payloadType")
        guard payloadType.utf8.count <= Self.maximumFieldBytes else {
            throw EnvelopeError.tooLong(member: "payloadType")
        }
        guard let payload = Base64.decode(try members.string("payload")) else {
            throw EnvelopeError.notBase64(member: "payload")
        }
        guard !payload.isEmpty else { throw EnvelopeError.emptyPayload }
        self.payload = payload
        let elements = try members.array("signatures")
        let place = members.place(of: "signatures")
        try members.finish()
        guard !elements.isEmpty else { throw EnvelopeError.noSignatures }
        guard elements.count <= Self.maximumSignatures else {
            throw EnvelopeError.tooManySignatures(found: elements.count)
        }
        signatures = try elements.enumerated().map { number, element in
            var members = try JSONMembers(element, path: "\(place)[\(number)]")
            let keyID = try members.stringIfPresent("keyid") ?? ""
            let text = try members.string("sig")
            try members.finish()
            guard max(keyID.utf8.count, text.utf8.count) <= Self.maximumFieldBytes else {
                throw EnvelopeError.tooLong(member: "signature")
            }
            guard let bytes = Base64.decode(text), !bytes.isEmpty else {
                throw EnvelopeError.notBase64(member: "sig")
            }
            return Signature(keyID: keyID, bytes: bytes)
        }
    }

    /// The envelope as JSON.
    package var jsonValue: JSONValue {
        .object([
            ("payload", .string(Base64.encode(payload))),
            ("payloadType", .string(payloadType)),
            (
                "signatures",
                .array(
                    signatures.map {
                        .object([("keyid", .string($0.keyID)), ("sig", .string(Base64.encode($0.bytes)))])
                    }
                )
            ),
        ])
    }

    /// The envelope as JSON in its canonical form (RFC 8785).
    public var json: Data { CanonicalJSON.write(jsonValue) }
}
