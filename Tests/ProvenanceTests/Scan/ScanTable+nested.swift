import BulwarkProvenance
import Foundation

/// Attacks that hide a call, or a pickle in a pickle.
extension ScanTable {
    static let exploits: [ScanRow] = [
        ScanRow("exploits/exploit1_basic_torch_bypass.pkl", .dangerous) {
            try assembled(
                "PROTO 2 / GLOBAL torch FloatStorage / POP / GLOBAL os system / UNICODE echo / TUPLE1 / REDUCE / STOP"
            )
        },
        ScanRow("exploits/exploit2_advanced_torch_bypass.pkl", .dangerous) {
            try assembled(
                "PROTO 2 / GLOBAL torch._utils _rebuild_tensor_v2 / GLOBAL builtins exec / UNICODE echo / TUPLE1 / REDUCE / TUPLE1 / REDUCE / STOP"
            )
        },
        ScanRow("exploits/exploit3_sophisticated_hybrid.pkl", .dangerous) {
            try assembled(
                "PROTO 4 / GLOBAL collections OrderedDict / EMPTY_TUPLE / REDUCE / UNICODE a / SHORT_BINUNICODE subprocess / SHORT_BINUNICODE Popen / STACK_GLOBAL / UNICODE echo / TUPLE1 / REDUCE / SETITEM / STOP"
            )
        },
        ScanRow("exploits/exploit4_supply_chain_attack.pkl", .dangerous) {
            try call("pip._internal", "main")
        },
        ScanRow("exploits/exploit5_ultra_high_confidence.pkl", .dangerous) { try call("nt", "system") },
        ScanRow("exploits/exploit6_ordereddict_bypass.pkl", .dangerous) {
            try assembled(
                "GLOBAL collections OrderedDict / EMPTY_TUPLE / REDUCE / GLOBAL posix system / STRING echo / TUPLE1 / REDUCE / BUILD / STOP"
            )
        },
        ScanRow("exploits/exploit7_nested_collections.pkl", .dangerous) {
            try assembled(
                "PROTO 2 / EMPTY_LIST / EMPTY_LIST / EMPTY_DICT / UNICODE a / GLOBAL os popen / UNICODE echo / TUPLE1 / REDUCE / SETITEM / APPEND / APPEND / STOP"
            )
        },
        ScanRow("exploits/exploit9_manual_construction.pkl", .dangerous) {
            try assembled(
                "GLOBAL types CodeType / MARK / INT 0 / TUPLE / REDUCE / POP / GLOBAL types FunctionType / EMPTY_TUPLE / REDUCE / STOP"
            )
        },
        ScanRow("exploits/exploit_ultimate_50pct.pkl", .dangerous) {
            var data = Data()
            for _ in 0..<20 {
                data += try assembled("PROTO 2 / EMPTY_LIST / UNICODE weights / APPEND / STOP")
            }
            return try data
                + assembled("PROTO 2 / GLOBAL importlib import_module / UNICODE os / TUPLE1 / REDUCE / STOP")
        },
        ScanRow("pickles/memo_attack.pkl", .dangerous) {
            try assembled(
                "PROTO 4 / UNICODE os / BINPUT 7 / POP / UNICODE system / BINPUT 9 / POP / BINGET 7 / BINGET 9 / STACK_GLOBAL / UNICODE echo / TUPLE1 / REDUCE / STOP"
            )
        },
        ScanRow("pickles/multiple_stream_attack.pkl", .dangerous) {
            try assembled("PROTO 2 / EMPTY_DICT / STOP") + call("os", "system")
        },
        ScanRow("pickles/nt_alias_attack.pkl", .dangerous) {
            try assembled("GLOBAL nt system / STRING echo / TUPLE1 / REDUCE / STOP")
        },
        ScanRow("pickles/posix_alias_attack.pkl", .dangerous) {
            try assembled("GLOBAL posix system / STRING echo / TUPLE1 / REDUCE / STOP")
        },
        ScanRow("pickles/stack_global_attack.pkl", .dangerous) { try call("os", "system") },
        ScanRow("samples/pickles/dill_func.pkl", .dangerous) { try call("dill._dill", "_create_function") },
        ScanRow("samples/pickles/evil.pickle", .dangerous) { try call("os", "system") },
        ScanRow("samples/pickles/malicious_system_call.pkl", .dangerous) { try call("posix", "system") },
        ScanRow("scenarios/mixed_malicious_model/model.pkl", .dangerous) { try call("builtins", "eval") },
        ScanRow("samples/pytorch/malicious_eval.pt", .dangerous) {
            ZipFixture.archive([
                .init(name: "version", content: Data("3".utf8)),
                .init(name: "data.pkl", content: try call("builtins", "eval")),
            ])
        },
        ScanRow("samples/pytorch/safe_model.pt", .nothingFound) {
            ZipFixture.archive([
                .init(name: "version", content: Data("3".utf8)),
                .init(
                    name: "data.pkl",
                    content: try assembled(
                        "PROTO 4 / EMPTY_DICT / SHORT_BINUNICODE weights / EMPTY_DICT / SETITEM / STOP"
                    )
                ),
            ])
        },
    ]

    /// The inner call prints: nothing that a model needs, whatever it prints.
    static let nested: [ScanRow] = [
        ScanRow("samples/pickles/nested_pickle_raw.pkl", .dangerous) {
            try dictionary([("a", Data("x".utf8)), ("hidden", call("builtins", "print"))])
        },
        ScanRow("samples/pickles/nested_pickle_base64.pkl", .dangerous) {
            try dictionary([("a", call("builtins", "print").base64EncodedData())])
        },
        ScanRow("samples/pickles/nested_pickle_hex.pkl", .dangerous) {
            try dictionary([("a", hexadecimal(call("builtins", "print")))])
        },
        ScanRow("samples/pickles/nested_pickle_multistage.pkl", .dangerous) {
            let stage = try dictionary([("stage2", call("builtins", "print"))])
            return try dictionary([("stage1", stage), ("encoded", stage.base64EncodedData())])
        },
        ScanRow("samples/pickles/malicious_model_realistic.pkl", .dangerous) {
            try dictionary([
                ("weights", Data(count: 64)), ("metadata", call("builtins", "print")),
                ("tokenizer", call("builtins", "print").base64EncodedData()),
            ])
        },
        ScanRow("samples/pickles/decode_exec_chain.pkl", .dangerous) {
            try dictionary([
                ("code", Data("os.system".utf8).base64EncodedData()),
                ("payload", call("builtins", "print").base64EncodedData()),
            ])
        },
        // The inner pickle holds data alone: nothing it does is dangerous, and nothing good needs it.
        ScanRow("samples/pickles/simple_nested.pkl", .suspicious) {
            try dictionary([
                (
                    "inner",
                    assembled(
                        "PROTO 4 / EMPTY_DICT / SHORT_BINUNICODE a / SHORT_BINUNICODE b / SETITEM / STOP"
                    )
                )
            ])
        },
        ScanRow("samples/pickles/safe_data.pkl", .nothingFound) {
            try assembled(
                "PROTO 4 / FRAME / EMPTY_DICT / MEMOIZE / MARK / SHORT_BINUNICODE safe / NEWTRUE / SHORT_BINUNICODE data / EMPTY_LIST / MARK / BININT1 1 / BININT1 2 / APPENDS / SETITEMS / STOP"
            )
        },
        ScanRow("samples/pickles/safe_large_model.pkl", .nothingFound) {
            try dictionary((0..<20).map { ("layer\($0)", Data(count: 20_000)) })
        },
        ScanRow("samples/pickles/safe_model_with_binary.pkl", .nothingFound) {
            try dictionary([("a", Data((0..<1024).map { UInt8(truncatingIfNeeded: $0 &* 97 &+ 128) }))])
        },
        ScanRow("samples/pickles/safe_model_with_encoding.pkl", .nothingFound) {
            try dictionary([("a", Data("weights of a model in base 64".utf8).base64EncodedData())])
        },
        ScanRow("samples/pickles/safe_model_with_tokens.pkl", .nothingFound) {
            try dictionary((0..<90).map { ("token\($0)", Data("<|\($0)|>".utf8)) })
        },
        ScanRow("samples/pickles/safe_nested_structure.pkl", .nothingFound) {
            try assembled(
                "PROTO 2 / " + String(repeating: "EMPTY_LIST / ", count: 60)
                    + String(repeating: "APPEND / ", count: 59) + "STOP"
            )
        },
    ]
}
