import BulwarkProvenance
import Foundation

/// Pickles by the names under which scanners are tested with them, written again from their instructions.
extension ScanTable {
    static let pickles: [ScanRow] = [
        ScanRow("benign0_v0.pkl", .nothingFound) {
            try assembled(
                """
                MARK / LIST / PUT 0 / UNICODE a / PUT 1 / APPEND / UNICODE b / PUT 2 / APPEND /
                UNICODE c / PUT 3 / APPEND / STOP
                """
            )
        },
        ScanRow("benign0_v3.pkl", .nothingFound) {
            try assembled(
                """
                PROTO 3 / EMPTY_LIST / BINPUT 0 / MARK / BINUNICODE a / BINPUT 1 / BINUNICODE b /
                BINPUT 2 / BINUNICODE c / BINPUT 3 / APPENDS / STOP
                """
            )
        },
        ScanRow("benign0_v4.pkl", .nothingFound) {
            try assembled(
                """
                PROTO 4 / FRAME / EMPTY_LIST / MEMOIZE / MARK / SHORT_BINUNICODE a / MEMOIZE /
                SHORT_BINUNICODE b / MEMOIZE / SHORT_BINUNICODE c / MEMOIZE / APPENDS / STOP
                """
            )
        },
        ScanRow("malicious0.pkl", .dangerous) {
            try assembled(
                """
                GLOBAL __builtin__ globals / MARK / TUPLE / REDUCE / PUT 100 / POP /
                GLOBAL __builtin__ compile / MARK / STRING echo / STRING '' / STRING exec / TUPLE /
                REDUCE / PUT 101 / POP / GLOBAL __builtin__ eval / MARK / GET 101 / GET 100 / TUPLE /
                REDUCE / PUT 102 / POP / GLOBAL __builtin__ getattr / MARK / GLOBAL __builtin__ dict /
                STRING get / TUPLE / REDUCE / PUT 103 / POP / GLOBAL __builtin__ apply / MARK /
                GET 103 / MARK / GET 100 / STRING picklesmashed / LIST / TUPLE / REDUCE / PUT 104 /
                POP / GET 104 / STOP
                """
            )
        },
        ScanRow("malicious10.pkl", .dangerous) {
            try assembled(
                """
                MARK / STRING echo / INST __builtin__ exec / STOP
                """
            )
        },
        ScanRow("malicious11.pkl", .dangerous) {
            try assembled(
                """
                UNICODE os / PUT 2 / POP / UNICODE system / PUT 3 / POP / UNICODE torch / PUT 0 /
                POP / UNICODE LongStorage / PUT 1 / POP / GET 2 / GET 3 / STACK_GLOBAL / MARK /
                UNICODE echo / TUPLE / REDUCE / STOP
                """
            )
        },
        ScanRow("malicious12.pkl", .dangerous) {
            try assembled(
                """
                PROTO 4 / SHORT_BINUNICODE operator / MEMOIZE / SHORT_BINUNICODE attrgetter /
                MEMOIZE / STACK_GLOBAL / MEMOIZE / SHORT_BINUNICODE system / MEMOIZE / TUPLE1 /
                MEMOIZE / REDUCE / MEMOIZE / SHORT_BINUNICODE builtins / MEMOIZE /
                SHORT_BINUNICODE __import__ / MEMOIZE / STACK_GLOBAL / MEMOIZE / SHORT_BINUNICODE os /
                MEMOIZE / TUPLE1 / MEMOIZE / REDUCE / MEMOIZE / TUPLE1 / MEMOIZE / REDUCE / MEMOIZE /
                SHORT_BINUNICODE echo / MEMOIZE / TUPLE1 / MEMOIZE / REDUCE / MEMOIZE / STOP
                """
            )
        },
        ScanRow("malicious13a.pkl", .dangerous) {
            try assembled(
                """
                GLOBAL pickle loads / PUT 0 / MARK / GLOBAL _codecs encode / PUT 1 / MARK /
                UNICODE I12345\\n. / PUT 2 / UNICODE latin1 / PUT 3 / TUPLE / PUT 4 / REDUCE / PUT 5 /
                TUPLE / PUT 6 / REDUCE / PUT 7 / STOP
                """
            )
        },
        ScanRow("malicious13b.pkl", .dangerous) {
            try assembled(
                """
                PROTO 4 / FRAME / SHORT_BINUNICODE _pickle / MEMOIZE / SHORT_BINUNICODE loads /
                MEMOIZE / STACK_GLOBAL / MEMOIZE / SHORT_BINBYTES I12345\\n. / MEMOIZE / TUPLE1 /
                MEMOIZE / REDUCE / MEMOIZE / STOP
                """
            )
        },
        ScanRow("malicious14.pkl", .dangerous) {
            try assembled(
                """
                PROTO 4 / FRAME / SHORT_BINUNICODE runpy / MEMOIZE / SHORT_BINUNICODE _run_code /
                MEMOIZE / STACK_GLOBAL / MEMOIZE / SHORT_BINUNICODE echo / MEMOIZE / TUPLE1 /
                MEMOIZE / REDUCE / MEMOIZE / STOP
                """
            )
        },
        ScanRow("malicious15a.pkl", .dangerous) {
            try assembled(
                """
                PROTO 2 / GLOBAL __builtin__ getattr / BINPUT 0 / GLOBAL bdb Bdb / BINPUT 1 /
                BINUNICODE run / BINPUT 2 / TUPLE2 / BINPUT 3 / REDUCE / BINPUT 4 / BINGET 1 /
                EMPTY_TUPLE / NEWOBJ / BINPUT 5 / EMPTY_DICT / BINPUT 6 / MARK / BINUNICODE skip /
                BINPUT 7 / NONE / BINUNICODE breaks / BINPUT 8 / EMPTY_DICT / BINPUT 9 /
                BINUNICODE fncache / BINPUT 10 / EMPTY_DICT / BINPUT 11 / BINUNICODE frame_returning /
                BINPUT 12 / NONE / SETITEMS / BUILD / BINUNICODE echo / BINPUT 13 / TUPLE2 /
                BINPUT 14 / REDUCE / BINPUT 15 / STOP
                """
            )
        },
        ScanRow("malicious15b.pkl", .dangerous) {
            try assembled(
                """
                PROTO 4 / FRAME / SHORT_BINUNICODE bdb / MEMOIZE / SHORT_BINUNICODE Bdb.run /
                MEMOIZE / STACK_GLOBAL / MEMOIZE / BINGET 0 / SHORT_BINUNICODE Bdb / MEMOIZE /
                STACK_GLOBAL / MEMOIZE / EMPTY_TUPLE / NEWOBJ / MEMOIZE / EMPTY_DICT / MEMOIZE /
                MARK / SHORT_BINUNICODE skip / MEMOIZE / NONE / SHORT_BINUNICODE breaks / MEMOIZE /
                EMPTY_DICT / MEMOIZE / SHORT_BINUNICODE fncache / MEMOIZE / EMPTY_DICT / MEMOIZE /
                SHORT_BINUNICODE frame_returning / MEMOIZE / NONE / SETITEMS / BUILD /
                SHORT_BINUNICODE echo / MEMOIZE / TUPLE2 / MEMOIZE / REDUCE / MEMOIZE / STOP
                """
            )
        },
        ScanRow("malicious16.pkl", .dangerous) {
            try assembled(
                """
                GLOBAL pip main / PUT 0 / MARK / MARK / LIST / PUT 1 / UNICODE install / PUT 2 /
                APPEND / UNICODE some_malicious_package / PUT 3 / APPEND / UNICODE --no-input /
                PUT 4 / APPEND / UNICODE -q / PUT 5 / APPEND / GET 5 / APPEND / GET 5 / APPEND /
                UNICODE --exists-action / PUT 6 / APPEND / UNICODE i / PUT 7 / APPEND /
                UNICODE --isolated / PUT 8 / APPEND / TUPLE / PUT 9 / REDUCE / PUT 10 / STOP
                """
            )
        },
        ScanRow("malicious17.pkl", .dangerous) {
            try assembled(
                """
                PROTO 4 / FRAME / SHORT_BINUNICODE torch._inductor.codecache / MEMOIZE /
                SHORT_BINUNICODE compile_file / MEMOIZE / STACK_GLOBAL / MEMOIZE /
                SHORT_BINUNICODE '' / MEMOIZE / BINGET 3 / EMPTY_LIST / MEMOIZE / MARK /
                SHORT_BINUNICODE sh / MEMOIZE / SHORT_BINUNICODE -c / MEMOIZE /
                SHORT_BINUNICODE echo / MEMOIZE / APPENDS / TUPLE3 / MEMOIZE / REDUCE / MEMOIZE /
                STOP
                """
            )
        },
        ScanRow("malicious18.pkl", .dangerous) {
            try assembled(
                """
                PROTO 4 / FRAME / SHORT_BINUNICODE pydoc / MEMOIZE / SHORT_BINUNICODE pipepager /
                MEMOIZE / STACK_GLOBAL / MEMOIZE / SHORT_BINUNICODE '' / MEMOIZE /
                SHORT_BINUNICODE echo / MEMOIZE / TUPLE2 / MEMOIZE / REDUCE / MEMOIZE / STOP
                """
            )
        },
        ScanRow("malicious19.pkl", .dangerous) {
            try assembled(
                """
                PROTO 4 / FRAME / SHORT_BINUNICODE functools / MEMOIZE / SHORT_BINUNICODE partial /
                MEMOIZE / STACK_GLOBAL / MEMOIZE / SHORT_BINUNICODE torch.serialization / MEMOIZE /
                SHORT_BINUNICODE load / MEMOIZE / STACK_GLOBAL / MEMOIZE / TUPLE1 / MEMOIZE / REDUCE /
                MEMOIZE / MARK / BINGET 5 / SHORT_BINUNICODE some_other_model.bin / MEMOIZE / TUPLE1 /
                MEMOIZE / EMPTY_DICT / MEMOIZE / MARK / SHORT_BINUNICODE pickle_file / MEMOIZE /
                SHORT_BINUNICODE config.json / MEMOIZE / SHORT_BINUNICODE weights_only / MEMOIZE /
                NEWFALSE / SETITEMS / NONE / TUPLE / MEMOIZE / BUILD / EMPTY_TUPLE / REDUCE /
                MEMOIZE / STOP
                """
            )
        },
    ]
}
