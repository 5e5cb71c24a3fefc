import BulwarkProvenance
import Foundation

/// Models in other formats.
extension ScanTable {
    /// A stand-in for HDF5: the signature, and text between bytes that are none.
    private static func hdf5(_ text: String) -> @Sendable () throws -> Data {
        {
            Data([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) + Data(count: 64) + Data(text.utf8)
                + Data(count: 64)
        }
    }

    private static func keras(_ layer: String) -> @Sendable () throws -> Data {
        {
            let text =
                "{\"module\": \"keras\", \"class_name\": \"Sequential\", \"config\": {\"layers\": [\(layer)]}}"
            return ZipFixture.archive([
                .init(name: "metadata.json", content: Data("{\"keras_version\": \"3.0.0\"}".utf8)),
                .init(name: "config.json", content: Data(text.utf8)),
            ])
        }
    }

    static func field(_ number: Int, _ content: Data) -> Data {
        var length = content.count
        var data = Data([UInt8(number << 3 & 0x7F | 2) | (number > 15 ? 0x80 : 0)])
        if number > 15 { data.append(UInt8(number >> 4)) }
        while length > 127 {
            data.append(UInt8(length & 0x7F | 0x80))
            length >>= 7
        }
        return data + [UInt8(length)] + content
    }

    static func field(_ number: Int, _ text: String) -> Data { field(number, Data(text.utf8)) }

    static func onnx(_ graph: Data, _ rest: Data = Data()) -> Data {
        Data([0x08, 0x08]) + field(7, graph) + rest
    }

    static func external(_ location: String) -> Data { external([("location", location)]) }

    static func external(_ entries: [(key: String, value: String)]) -> Data {
        let place = entries.reduce(Data()) { $0 + field(13, field(1, $1.key) + field(2, $1.value)) }
        return onnx(field(5, field(8, "w") + place + Data([0x70, 1])))
    }

    static func safetensors(_ header: String, _ count: Int) -> @Sendable () throws -> Data {
        { Assembler.number(header.utf8.count, 8) + Data(header.utf8) + Data(count: count) }
    }

    private static let tensor = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}"

    static let models: [ScanRow] = [
        ScanRow(
            "samples/keras/malicious_lambda.h5",
            .dangerous,
            hdf5(
                "{\"class_name\": \"Sequential\", \"config\": {\"layers\": [{\"class_name\": \"Lambda\", \"config\": {}}]}}"
            )
        ),
        ScanRow(
            "samples/keras/safe_model.h5",
            .nothingFound,
            hdf5(
                "{\"class_name\": \"Sequential\", \"config\": {\"layers\": [{\"class_name\": \"Dense\", \"config\": {\"units\": 10}}]}}"
            )
        ),
        ScanRow(
            "lambda in a broken configuration",
            .dangerous,
            hdf5("{\"class_name\": \"Sequential\", \"config\": [{\"class_name\": \"Lambda\"")
        ),
        ScanRow(
            "keras: plain",
            .nothingFound,
            keras(
                "{\"module\": \"keras.layers\", \"class_name\": \"Dense\", \"config\": {\"kernel_initializer\": {\"module\": \"keras.initializers\", \"class_name\": \"Zeros\"}}}"
            )
        ),
        ScanRow(
            "keras: lambda in a wrapper",
            .dangerous,
            keras(
                "{\"module\": \"keras.layers\", \"class_name\": \"TimeDistributed\", \"config\": {\"layer\": {\"module\": \"keras.layers\", \"class_name\": \"Lambda\"}}}"
            )
        ),
        ScanRow(
            "keras: exec as an initializer",
            .dangerous,
            keras(
                "{\"class_name\": \"Dense\", \"config\": {\"kernel_initializer\": {\"module\": \"builtins\", \"class_name\": \"exec\"}}}"
            )
        ),
        ScanRow(
            "keras: any module",
            .dangerous,
            keras("{\"module\": \"subprocess\", \"class_name\": \"run\", \"config\": {}}")
        ),
        ScanRow(
            "keras: internal function",
            .dangerous,
            keras("{\"module\": \"keras.utils\", \"class_name\": \"get_file\", \"config\": {}}")
        ),
        ScanRow(
            "keras: unsafe mode first",
            .dangerous,
            keras(
                "{\"module\": \"keras.config\", \"class_name\": \"enable_unsafe_deserialization\", \"config\": {}}"
            )
        ),
        ScanRow(
            "keras: somebody's module",
            .suspicious,
            keras("{\"module\": \"mylayers\", \"class_name\": \"Mine\", \"config\": {}}")
        ),
        ScanRow("samples/tensorflow/malicious_pyfunc/saved_model.pb", .dangerous) {
            field(
                2,
                field(
                    2,
                    field(1, field(1, "Const") + field(2, "Const"))
                        + field(1, field(1, "bad") + field(2, "PyFunc"))
                )
            )
        },
        ScanRow("samples/tensorflow/safe_savedmodel/saved_model.pb", .nothingFound) {
            field(2, field(2, field(1, field(1, "Const") + field(2, "Const"))))
        },
        ScanRow("safetensors", .nothingFound, safetensors("{\(tensor)}", 8)),
        ScanRow("safetensors with a key twice", .suspicious, safetensors("{\(tensor),\(tensor)}", 8)),
        ScanRow(
            "safetensors with a gap",
            .suspicious,
            safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12)
        ),
        ScanRow("safetensors with a rest", .suspicious, safetensors("{\(tensor)}", 9)),
        ScanRow(
            "safetensors of a wrong size",
            .suspicious,
            safetensors(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,4],\"data_offsets\":[0,8]}}",
                8
            )
        ),
        ScanRow(
            "safetensors with a command",
            .suspicious,
            safetensors("{\"__metadata__\":{\"x\":\"import os; os.system('id')\"},\(tensor)}", 8)
        ),
        ScanRow(
            "safetensors with more than text",
            .suspicious,
            safetensors("{\"__metadata__\":{\"x\":1},\(tensor)}", 8)
        ),
        ScanRow("onnx", .nothingFound) {
            onnx(
                field(1, field(1, "x") + field(4, "Relu"))
                    + field(5, field(8, "w") + Data([8, 2, 16, 1]) + field(9, Data(count: 8)))
            )
        },
        ScanRow("onnx of a wrong size", .suspicious) {
            onnx(field(5, field(8, "w") + Data([8, 3, 16, 1]) + field(9, Data(count: 8))))
        },
        ScanRow("onnx with data in its folder", .nothingFound) { external("weights.bin") },
        ScanRow("onnx with data above its folder", .dangerous) { external("../weights.bin") },
        ScanRow("onnx with data at the root", .dangerous) { external("/etc/passwd") },
        ScanRow("onnx with data on a drive", .dangerous) { external("C:\\x") },
        ScanRow("onnx with data at one place", .nothingFound) {
            external([("location", "a.bin"), ("offset", "0"), ("length", "8")])
        },
        ScanRow("onnx with data at two places", .dangerous) {
            external([("location", "a.bin"), ("location", "b.bin")])
        },
        ScanRow("onnx with data at two offsets", .dangerous) {
            external([("location", "a.bin"), ("offset", "0"), ("offset", "8")])
        },
        ScanRow("onnx with a custom domain", .suspicious) {
            onnx(field(1, field(4, "Op") + field(7, "my.domain")))
        },
        ScanRow("onnx with a function of its own", .nothingFound) {
            onnx(
                field(1, field(4, "Op") + field(7, "my.domain")),
                field(25, field(1, "Op") + field(10, "my.domain"))
            )
        },
        ScanRow("onnx with python", .dangerous) {
            onnx(field(1, field(4, "PyOp") + field(7, "ai.onnx.contrib")))
        },
        ScanRow("gguf", .nothingFound) { gguf(template: "{{ messages }}") },
        ScanRow("gguf with a template that attacks", .dangerous) {
            gguf(template: "{{ x.__init__.__globals__ }}")
        },
        ScanRow("gguf with a key twice", .suspicious) { gguf(template: "x", keys: 2) },
        ScanRow("gguf with more tensors than bytes", .suspicious) {
            Data("GGUF".utf8) + Assembler.number(3, 4) + Assembler.number(1 << 60, 8) + Assembler.number(0, 8)
        },
        ScanRow("npy of objects", .dangerous) { npy("'|O'") + (try call("os", "system")) },
        ScanRow("npy of numbers", .nothingFound) { npy("'<f4'") + Data(count: 8) },
        ScanRow("npy whose type is there twice", .dangerous) {
            npy("'<f4', \"descr\": '|O'") + (try call("os", "system"))
        },
        ScanRow(
            "skops with a dangerous class",
            .dangerous,
            text("{\"__class__\": \"system\", \"__module__\": \"os\"}")
        ),
        ScanRow("json with a key twice", .suspicious, text("{\"a\": 1, \"a\": 2}")),
    ]

    static func npy(_ type: String) -> Data {
        let header = "{'descr': \(type), 'fortran_order': False, 'shape': (2,), }\n"
        return Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0]) + Assembler.number(header.utf8.count, 2)
            + Data(header.utf8)
    }

    static func gguf(template: String, keys: Int = 1) -> Data {
        func text(_ text: String) -> Data { Assembler.number(text.utf8.count, 8) + Data(text.utf8) }
        var data =
            Data("GGUF".utf8) + Assembler.number(3, 4) + Assembler.number(0, 8) + Assembler.number(keys, 8)
        for _ in 0..<keys {
            data += text("tokenizer.chat_template") + Assembler.number(8, 4) + text(template)
        }
        return data
    }
}
