import BulwarkRemote
import BulwarkTensors
import Foundation
import TestSupport
import Testing

/// Answers that are not what the protocol promises.
struct RemoteAnswerTests {
    /// An answer about one sample of the stub, and what is said to it.
    static let wrong: [(body: String, error: RemoteAnswerError)] = [
        (#"{"outputs":[]}"#, .missingOutput("z", found: [])),
        (
            #"{"outputs":[{"name":"y","datatype":"FP32","shape":[1,3],"data":[1,2,3]}]}"#,
            .missingOutput("z", found: ["y"])
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":[1,2,3]},{"name":"z","datatype":"FP32","shape":[1,3],"data":[3,2,1]}]}"#,
            .duplicateOutput("z")
        ),
        (
            #"{"id":"77","outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":[1,2,3]}]}"#,
            .identifier(expected: "1", found: "77")
        ),
        (
            #"{"model_name":"other","outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":[1,2,3]}]}"#,
            .model(expected: "affine", found: "other")
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"FP32","shape":[2,3],"data":[1,2,3,1,2,3]}]}"#,
            .shape(tensor: "z", expected: "[1, 3]", found: [2, 3])
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}"#,
            .shape(tensor: "z", expected: "[1, 3]", found: [1, 4])
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"FP32","shape":[3],"data":[1,2,3]}]}"#,
            .shape(tensor: "z", expected: "[1, 3]", found: [3])
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"FP32","shape":[],"data":[1,2,3]}]}"#,
            .shape(tensor: "z", expected: "[1, 3]", found: [])
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,-3],"data":[1,2,3]}]}"#,
            .shape(tensor: "z", expected: "[1, 3]", found: [1, -3])
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,4611686018427387904,4],"data":[1,2,3]}]}"#,
            .shape(tensor: "z", expected: "[1, 3]", found: [1, 4_611_686_018_427_387_904, 4])
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":[1,2]}]}"#,
            .elementCount(tensor: "z", expected: 3, found: 2)
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"INT64","shape":[1,3],"data":[1,2,3]}]}"#,
            .changedDatatype(tensor: "z", expected: "FP32", found: "INT64")
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"FP64","shape":[1,3],"data":[1,2,3]}]}"#,
            .changedDatatype(tensor: "z", expected: "FP32", found: "FP64")
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"FLOAT","shape":[1,3],"data":[1,2,3]}]}"#,
            .changedDatatype(tensor: "z", expected: "FP32", found: "FLOAT")
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":[1,"NaN",3]}]}"#,
            .notFinite(tensor: "z", sample: 0)
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":[[1,"-Infinity",3]]}]}"#,
            .notFinite(tensor: "z", sample: 0)
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":[1,1e39,3]}]}"#,
            .notFinite(tensor: "z", sample: 0)
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":[1,NaN,3]}]}"#, .bareNotFinite
        ),
        (
            #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":[1,-Infinity,3]}]}"#,
            .bareNotFinite
        ),
    ]

    @Test(arguments: wrong.indices)
    func wrongAnswersAreRefusedWithWhatIsWrong(index: Int) throws {
        let (body, error) = Self.wrong[index]
        let scene = try Scene(StubModel(), answering: { _, _ in .answer(body) })
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(throws: error) { try classifier.logits(for: Tensor([1, 2])) }
        // Asking again would not help.
        #expect(classifier.statistics.requests == 2)
    }

    static let garbage = [
        "", "null", "[]", "{", "<html>", "{}", #"{"outputs":{}}"#, #"{"outputs":[{"name":"z"}]}"#,
        #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":[1,2,"three"]}]}"#,
        #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":[1,2,null]}]}"#,
        #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":"AAAA"}]}"#,
        #"{"outputs":[{"name":"z","datatype":"FP32","shape":["1","3"],"data":[1,2,3]}]}"#,
        #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":[1,1e999,3]}]}"#,
        #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1],"data":"# + String(repeating: "[", count: 300)
            + "1" + String(repeating: "]", count: 300) + "}]}",
        String(repeating: "[", count: 100_000),
    ]

    @Test(arguments: garbage)
    func garbageIsRefused(body: String) throws {
        let scene = try Scene(StubModel(), answering: { _, _ in .answer(body) })
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect {
            try classifier.logits(for: Tensor([1, 2]))
        } throws: { error in
            guard case RemoteAnswerError.malformed(let reason) = error else { return false }
            return !reason.isEmpty && reason.count <= 201
        }
    }

    @Test func bytesThatAreNoTextAreRefused() throws {
        let scene = try Scene(StubModel()) { _, _ in
            var data = Data("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"outputs\":[\"".utf8)
            data.append(contentsOf: [0xFF, 0xFE, 0x00])
            return .bytes(data)
        }
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(throws: RemoteAnswerError.self) { try classifier.logits(for: Tensor([1, 2])) }
    }

    @Test(arguments: [
        #"{"outputs":[{"name":"z","datatype":"FP32","shape":[2,3],"data":[[1,2,3],[4,5,6]]}]}"#,
        #"{"outputs":[{"name":"z","datatype":"FP32","shape":[2,3,1],"data":[[[1],[2],[3]],[[4],[5],[6]]]}]}"#,
        #"{"outputs":[{"name":"other","datatype":"BYTES","shape":[1],"data":["a"]},{"name":"z","datatype":"FP32","shape":[2,3],"data":[1,2,3,4,5,6.0]}]}"#,
        #"{"id":"1","model_name":"affine","model_version":"","parameters":{"a":1},"outputs":[{"name":"z","datatype":"FP16","shape":[2,3],"parameters":{},"data":[1,2,3,4,5,6]}]}"#,
    ])
    func readsWhatTheProtocolAllows(body: String) throws {
        let scene = try Scene(
            StubModel(),
            answering: { _, _ in
                .answer(body, type: "application/json; charset=utf-8")
            }
        )
        defer { scene.server.stop() }
        let logits = try scene.classifier().logits(for: Tensor([2, 2]))
        #expect(logits == Tensor([2, 3], [1, 2, 3, 4, 5, 6]))
    }

    @Test(arguments: ["text/html", "application/octet-stream", "text/plain; charset=utf-8"])
    func answersThatAreNotJSONAreRefused(type: String) throws {
        let model = StubModel()
        let scene = try Scene(
            StubModel(),
            answering: { request, _ in .answer(model.answer(to: request), type: type) }
        )
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(throws: RemoteAnswerError.contentType(type)) { try classifier.logits(for: Tensor([1, 2])) }
    }

    @Test func aMissingContentTypeIsTakenForJSON() throws {
        let model = StubModel()
        let scene = try Scene(
            StubModel(),
            answering: { request, _ in .answer(model.answer(to: request), type: nil) }
        )
        defer { scene.server.stop() }
        #expect(try scene.classifier().logits(for: Tensor([1, 2])).shape == [1, 3])
    }

    @Test func aVersionThatChangesIsNoticed() throws {
        var (old, new) = (StubModel(), StubModel())
        (old.version, new.version) = ("1", "2")
        let scene = try Scene(StubModel()) { [old, new] request, number in
            .answer((number < 2 ? old : new).answer(to: request))
        }
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(classifier.version == nil)
        _ = try classifier.logits(for: twoFeatures(1))
        _ = try classifier.logits(for: twoFeatures(1))
        #expect(classifier.version == "1")
        #expect(throws: RemoteAnswerError.version(expected: "1", found: "2")) {
            try classifier.logits(for: twoFeatures(1))
        }
    }

    @Test(arguments: [("3", "INT64"), ("-1", "INT64"), ("9223372036854775807", "UINT64")])
    func labelsThatAreNoClassesAreRefused(label: String, type: String) throws {
        var model = StubModel()
        model.outputs = [.init(name: "l", type: type, shape: [], content: .labels)]
        var scene = try Scene(model) { _, _ in
            .answer(#"{"outputs":[{"name":"l","datatype":"\#(type)","shape":[2],"data":[0,\#(label)]}]}"#)
        }
        defer { scene.server.stop() }
        scene.options.classCount = 3
        let labels = try scene.labels()
        #expect(throws: RemoteAnswerError.label(tensor: "l", sample: 1, label)) {
            try labels.labels(for: Tensor([2, 2]))
        }
    }

    @Test func namesOfAServerCannotSteerATerminal() throws {
        let scene = try Scene(StubModel()) { _, _ in
            .answer(#"{"outputs":[{"name":"a\u001b[31m\n\u202eb","datatype":"FP32","shape":[0],"data":[]}]}"#)
        }
        defer { scene.server.stop() }
        let classifier = try scene.classifier()
        #expect(throws: RemoteAnswerError.missingOutput("z", found: ["a [31m b"])) {
            try classifier.logits(for: Tensor([1, 2]))
        }
    }
}
