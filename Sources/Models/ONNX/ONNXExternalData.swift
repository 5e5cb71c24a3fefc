/// Where the bytes of a tensor are that lie in a file beside the model: the entries of `external_data`.
///
/// Whoever lists a model's files and whoever reads them have to mean the same ones, so both look here.
struct ONNXExternalData {
    /// The file, from the model's folder on, without steps that lead nowhere: `w.bin` for `./w.bin`.
    let location: String
    /// The first byte; the file's first if nil.
    let offset: Int?
    /// How many bytes; all that are left if nil.
    let length: Int?

    /// Whether a tensor's bytes are not in the model's own file.
    static func isMeant(by tensor: Bulwark_Onnx_Tensor) -> Bool { tensor.dataLocation == 1 }

    /// What a tensor says of its place.
    ///
    /// - Throws: `ONNXError.externalData` if there is no location, if a number is none, or if a key is there twice:
    ///   some runtimes take the first of the two and others the last.
    init(of tensor: Bulwark_Onnx_Tensor, name: String) throws(ONNXError) {
        var entries: [String: String] = [:]
        for entry in tensor.externalData {
            guard entries.updateValue(entry.value, forKey: entry.key) == nil else {
                throw .externalData(
                    tensor: name,
                    problem: "the key '\(entry.key)' is given twice, and runtimes differ in which they take"
                )
            }
        }
        location = Self.normalised(entries["location"] ?? "")
        guard !location.isEmpty else { throw .externalData(tensor: name, problem: "no location is given") }
        offset = try Self.number(entries["offset"], "offset", name)
        length = try Self.number(entries["length"], "length", name)
    }

    /// The same place, in the form that folders list it in.
    private static func normalised(_ location: String) -> String {
        // By scalars: a slash with an accent is none for Swift, and is one for the system.
        let scalars = location.unicodeScalars
        let steps = scalars.split(separator: "/").map(String.init).filter { $0 != "." }
        return (scalars.first == "/" ? "/" : "") + steps.joined(separator: "/")
    }

    private static func number(_ text: String?, _ what: String, _ name: String) throws(ONNXError) -> Int? {
        guard let text else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw .externalData(tensor: name, problem: "\(what) '\(text)' is not a count of bytes")
        }
        return number
    }
}
