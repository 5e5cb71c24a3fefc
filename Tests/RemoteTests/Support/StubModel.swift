import Foundation
import TestSupport

/// An affine model as a server of the protocol would serve it.
struct StubModel: Sendable {
    /// What an output holds.
    enum Content: Sendable {
        case logits, probabilities, singleLogit, singleProbability, labels, texts
    }

    struct Output: Sendable {
        var name = "z"
        var type = "FP32"
        /// In the metadata, behind the first axis.
        var shape: [Int] = [3]
        var content = Content.logits
    }

    var name = "affine"
    var version: String?
    var inputType = "FP32"
    var inputShape = [-1, 2]
    var outputs = [Output()]
    var listsTensors = true
    /// One row for each of three classes.
    let weights = [[1.0, 0], [0, 1], [-1, -1]]
    let bias = [0.25, 0, -0.125]

    static let path = "/v2/models/affine"

    /// The answer of a server in its right mind.
    func reply(to request: ReceivedRequest) -> Reply {
        if request.method == "GET" { return .answer(metadata) }
        return .answer(answer(to: request))
    }

    var metadata: String {
        func list(_ tensors: [(String, String, [Int])]) -> String {
            tensors.map { "{\"name\":\"\($0.0)\",\"datatype\":\"\($0.1)\",\"shape\":\($0.2)}" }
                .joined(separator: ",")
        }
        let inputs = listsTensors ? list([("x", inputType, inputShape)]) : ""
        let results = listsTensors ? list(outputs.map { ($0.name, $0.type, [inputShape[0]] + $0.shape) }) : ""
        return """
            {"name":"\(name)","versions":["1"],"platform":"stub","inputs":[\(inputs)],"outputs":[\(results)]}
            """
    }

    /// What a server reads of a request.
    struct Body: Decodable {
        struct Input: Decodable {
            var name: String
            var datatype: String
            var shape: [Int]
            var data: [Double]
        }
        struct Output: Decodable { var name: String }

        var id: String
        var inputs: [Input]
        var outputs: [Output]?
    }

    static func read(_ request: ReceivedRequest) -> Body? {
        try? JSONDecoder().decode(Body.self, from: request.body)
    }

    /// The samples of a request, as floats if that is what they are said to be.
    static func samples(_ request: ReceivedRequest) -> [[Double]] {
        guard let input = read(request)?.inputs.first, let rows = input.shape.first, rows > 0 else {
            return []
        }
        let data = input.datatype == "FP32" ? input.data.map { Double(Float($0)) } : input.data
        let size = data.count / rows
        return (0..<rows).map { Array(data[$0 * size..<($0 + 1) * size]) }
    }

    /// The answer's body.
    func answer(to request: ReceivedRequest) -> String {
        let samples = Self.samples(request)
        let body = Self.read(request)
        let wanted = body?.outputs?.map(\.name)
        let results = outputs.filter { wanted?.contains($0.name) ?? true }.map { output in
            let values = samples.flatMap { self.values($0, output.content) }
            let width = samples.isEmpty ? 0 : values.count / samples.count
            let isFlat = output.content == .labels || output.content == .texts
            let shape = isFlat ? "[\(samples.count)]" : "[\(samples.count),\(width)]"
            return "{\"name\":\"\(output.name)\",\"datatype\":\"\(output.type)\",\"shape\":\(shape),"
                + "\"data\":[\(values.joined(separator: ","))]}"
        }
        var fields = [
            "id": "\"\(body?.id ?? "")\"", "model_name": "\"\(name)\"",
            "outputs": "[\(results.joined(separator: ","))]",
        ]
        if let version { fields["model_version"] = "\"\(version)\"" }
        return "{"
            + fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
            .joined(separator: ",") + "}"
    }

    /// The scores as the server computes them: in double precision, rounded to float.
    func logits(_ sample: [Double]) -> [Float] {
        zip(weights, bias).map { weights, bias in
            Float(zip(weights, sample).reduce(bias) { $0 + $1.0 * $1.1 })
        }
    }

    private func values(_ sample: [Double], _ content: Content) -> [String] {
        let logits = logits(sample)
        let weights = logits.map { exp(Double($0)) }
        switch content {
        case .logits: return logits.map(\.description)
        case .probabilities: return weights.map { Float($0 / weights.reduce(0, +)).description }
        case .singleLogit: return [(logits[1] - logits[0]).description]
        case .singleProbability:
            return [Float(1 / (1 + exp(Double(logits[0] - logits[1])))).description]
        case .labels: return ["\(label(logits))"]
        case .texts: return ["\"class \(label(logits))\""]
        }
    }

    private func label(_ logits: [Float]) -> Int {
        logits.indices.max { (logits[$0], $1) < (logits[$1], $0) } ?? 0
    }
}
