import BulwarkModels
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// Hostile bytes never crash the ONNX reader, nor what runs the graphs it accepts.
///
/// `ONNXFuzz.model` traps if a result has an impossible shape, or an error is of no kind that is promised.
struct ONNXFuzzTests {
    /// What libFuzzer or a reader of the code found, and inputs that take the importer somewhere new.
    static let corpus = Vectors.names(in: "fuzz/onnx")
    /// Small models of many kinds, for changes that leave most of a file as it is.
    static let models = [
        "operators/averagepool_dilated", "operators/batchnormalization", "operators/clip_both",
        "operators/concat_batch", "operators/conv2d_uneven_everything", "operators/gemm_alpha_beta",
        "operators/matmul_batch_broadcast", "operators/maxpool_ceil_padding", "operators/pad_axes_reflect",
        "operators/reducemean_input", "operators/reshape_zero_and_rest", "operators/softmax_11_axis_0",
        "operators/unsqueeze_negative_unsorted", "sklearn-mlp-binary/model",
    ]

    @Test func thereIsACorpus() { #expect(Self.corpus.count >= 20) }

    @Test(arguments: corpus)
    func everyFileOfTheCorpusIsReadOrRefused(name: String) throws {
        ONNXFuzz.model(try Vectors.data("fuzz/onnx/\(name)"))
    }

    @Test(arguments: models)
    func everyCutIsSurvived(name: String) throws {
        let data = try Vectors.data("onnx/\(name).onnx")
        #expect(ONNXFuzz.model(data), "the model itself is read")
        for count in 0..<data.count { ONNXFuzz.model(data.prefix(count)) }
    }

    @Test(arguments: models)
    func everyFlippedBitIsSurvived(name: String) throws {
        let data = try Vectors.data("onnx/\(name).onnx")
        for bit in 0..<data.count * 8 { ONNXFuzz.model(data.flipping(bit: bit)) }
    }
}
