import BulwarkProvenance
import Foundation

/// Files of PyTorch, of joblib, and text that looks like a pickle.
extension ScanTable {
    private static let storage = """
        MARK / BINUNICODE storage / GLOBAL torch FloatStorage / BINUNICODE 0 / BINUNICODE cpu / BININT1 2
        """

    private static func tensor(_ rest: String) -> String {
        """
        GLOBAL torch._utils _rebuild_tensor_v2 / MARK / \(storage) \(rest) / TUPLE / BINPERSID / BININT1 0 /
        BININT1 2 / TUPLE1 / BININT1 1 / TUPLE1 / NEWFALSE / GLOBAL collections OrderedDict / EMPTY_TUPLE /
        REDUCE / TUPLE / REDUCE
        """
    }

    private static func legacy(magic: String = "LONG1 6cfc9c46f9206aa85019", rest: Data) throws -> Data {
        var data = try assembled("PROTO 2 / \(magic) / STOP") + assembled("PROTO 2 / BININT2 1001 / STOP")
        data += try assembled("PROTO 2 / EMPTY_DICT / UNICODE little_endian / NEWTRUE / SETITEM / STOP")
        data += try assembled("PROTO 2 / \(tensor("/ NONE")) / STOP")
        return try data + assembled("PROTO 2 / EMPTY_LIST / BINUNICODE 0 / APPEND / STOP") + rest
    }

    static let torch: [ScanRow] = [
        ScanRow("new_pytorch_model.bin", .nothingFound) {
            ZipFixture.archive([
                .init(name: "archive/data.pkl", content: try assembled("PROTO 2 / \(tensor("")) / STOP")),
                .init(name: "archive/data/0", content: Data([0, 0, 0x80, 0x3F, 1, 2, 3, 4])),
                .init(name: "archive/version", content: Data("3\n".utf8)),
            ])
        },
        ScanRow("pytorch_model.bin", .nothingFound) {
            try legacy(rest: Assembler.number(2, 8) + Data([0, 0, 0x80, 0x3F, 1, 2, 3, 4]))
        },
        ScanRow("pytorch_model.bin with bytes behind it", .suspicious) {
            try legacy(rest: Assembler.number(2, 8) + Data([0, 0, 0x80, 0x3F, 1, 2, 3, 4, 5]))
        },
        ScanRow("sixth pickle behind another magic number", .dangerous) {
            try legacy(magic: "LONG1 6cfc9c46f9206aa85018", rest: call("os", "system"))
        },
        ScanRow("TorchScript", .suspicious) {
            ZipFixture.archive([
                .init(name: "m/code/__torch__.py", content: Data("def forward(self): pass\n".utf8))
            ])
        },
    ]

    /// An array of joblib: three bytes of type `u1` behind the object that describes them.
    static func joblib(_ content: Data, end: String = "STOP") throws -> Data {
        try assembled(
            """
            PROTO 3 / GLOBAL joblib.numpy_pickle NumpyArrayWrapper / EMPTY_TUPLE / NEWOBJ / EMPTY_DICT / MARK /
            UNICODE shape / BININT1 \(content.count) / TUPLE1 / UNICODE dtype / GLOBAL numpy dtype / UNICODE u1 /
            NEWFALSE / NEWTRUE / TUPLE3 / REDUCE / SETITEMS / BUILD
            """
        ) + content + assembled(end)
    }

    static let more: [ScanRow] = [
        ScanRow("joblib", .nothingFound) { try joblib(Data([1, 2, 3])) },
        ScanRow("joblib that ends early", .dangerous) {
            try joblib(Data([1, 2, 3]), end: "POP").dropLast(2)
        },
        ScanRow("joblib with instructions in an array", .dangerous) {
            try joblib(assembled("GLOBAL os system / UNICODE echo / TUPLE1 / REDUCE / STOP"))
        },
        ScanRow("joblib with an import behind an array", .dangerous) {
            try joblib(Data([1, 2, 3]), end: "POP / GLOBAL os system / STOP")
        },
        ScanRow("labels", .nothingFound, text("cat\ndog\nbird\n")),
        ScanRow("vocabulary", .nothingFound, text("c\nos\nx\n(the\n.\n")),
        ScanRow("configuration", .nothingFound, text("{\"model_type\": \"bert\", \"layers\": 3}")),
        ScanRow("empty file", .nothingFound) { Data() },
        ScanRow("script", .suspicious, text("#!/bin/sh\necho\n")),
        ScanRow("xz", .suspicious) { Data([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 1, 2]) },
        ScanRow("pickle inside an unknown file", .dangerous) {
            Data([1, 0, 2, 0xFF]) + (try call("os", "system"))
        },
    ]
}
