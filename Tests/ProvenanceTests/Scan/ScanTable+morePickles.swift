import BulwarkProvenance
import Foundation

/// The rest of the pickles by the names under which scanners are tested with them.
extension ScanTable {
    static let morePickles: [ScanRow] = [
        ScanRow("malicious1_v0.pkl", .dangerous) {
            try assembled(
                """
                GLOBAL __builtin__ eval / PUT 0 / MARK / UNICODE echo / PUT 1 / TUPLE / PUT 2 /
                REDUCE / PUT 3 / STOP
                """
            )
        },
        ScanRow("malicious1_v3.pkl", .dangerous) {
            try assembled(
                """
                PROTO 3 / GLOBAL builtins eval / BINPUT 0 / BINUNICODE echo / BINPUT 1 / TUPLE1 /
                BINPUT 2 / REDUCE / BINPUT 3 / STOP
                """
            )
        },
        ScanRow("malicious1_v4.pkl", .dangerous) {
            try assembled(
                """
                PROTO 4 / FRAME / SHORT_BINUNICODE builtins / MEMOIZE / SHORT_BINUNICODE eval /
                MEMOIZE / STACK_GLOBAL / MEMOIZE / SHORT_BINUNICODE echo / MEMOIZE / TUPLE1 /
                MEMOIZE / REDUCE / MEMOIZE / STOP
                """
            )
        },
        ScanRow("malicious20.pkl", .dangerous) {
            try assembled(
                """
                PROTO 4 / FRAME / SHORT_BINUNICODE venv / MEMOIZE / SHORT_BINUNICODE create /
                MEMOIZE / STACK_GLOBAL / MEMOIZE / MARK / BINGET 0 / NEWFALSE / NEWFALSE / NEWTRUE /
                NEWFALSE / SHORT_BINUNICODE echo / MEMOIZE / TUPLE / MEMOIZE / REDUCE / MEMOIZE /
                STOP
                """
            )
        },
        ScanRow("malicious2_v0.pkl", .dangerous) {
            try assembled(
                """
                GLOBAL posix system / PUT 0 / MARK / UNICODE echo / PUT 1 / TUPLE / PUT 2 / REDUCE /
                PUT 3 / STOP
                """
            )
        },
        ScanRow("malicious2_v3.pkl", .dangerous) {
            try assembled(
                """
                PROTO 3 / GLOBAL posix system / BINPUT 0 / BINUNICODE echo / BINPUT 1 / TUPLE1 /
                BINPUT 2 / REDUCE / BINPUT 3 / STOP
                """
            )
        },
        ScanRow("malicious2_v4.pkl", .dangerous) {
            try assembled(
                """
                PROTO 4 / FRAME / SHORT_BINUNICODE posix / MEMOIZE / SHORT_BINUNICODE system /
                MEMOIZE / STACK_GLOBAL / MEMOIZE / SHORT_BINUNICODE echo / MEMOIZE / TUPLE1 /
                MEMOIZE / REDUCE / MEMOIZE / STOP
                """
            )
        },
        ScanRow("malicious3.pkl", .dangerous) {
            try assembled(
                """
                GLOBAL httplib HTTPSConnection / PUT 0 / MARK / UNICODE github.com / PUT 1 / TUPLE /
                PUT 2 / REDUCE / PUT 3 / STOP
                """
            )
        },
        ScanRow("malicious4.pickle", .dangerous) {
            try assembled(
                """
                PROTO 4 / FRAME / SHORT_BINUNICODE requests.api / MEMOIZE / SHORT_BINUNICODE get /
                MEMOIZE / STACK_GLOBAL / MEMOIZE / SHORT_BINUNICODE echo / MEMOIZE / TUPLE1 /
                MEMOIZE / REDUCE / MEMOIZE / STOP
                """
            )
        },
        ScanRow("malicious5.pickle", .dangerous) {
            try assembled(
                """
                PROTO 4 / FRAME / SHORT_BINUNICODE aiohttp.client / MEMOIZE /
                SHORT_BINUNICODE ClientSession / MEMOIZE / STACK_GLOBAL / MEMOIZE / EMPTY_TUPLE /
                REDUCE / MEMOIZE / STOP
                """
            )
        },
        ScanRow("malicious6.pkl", .dangerous) {
            try assembled(
                """
                PROTO 4 / FRAME / EMPTY_LIST / MEMOIZE / MARK / SHORT_BINUNICODE a / MEMOIZE /
                SHORT_BINUNICODE b / MEMOIZE / SHORT_BINUNICODE c / MEMOIZE / APPENDS / STOP /
                PROTO 4 / FRAME / SHORT_BINUNICODE requests.api / MEMOIZE / SHORT_BINUNICODE get /
                MEMOIZE / STACK_GLOBAL / MEMOIZE / SHORT_BINUNICODE echo / MEMOIZE / TUPLE1 /
                MEMOIZE / REDUCE / MEMOIZE / STOP
                """
            )
        },
        ScanRow("malicious7.pkl", .dangerous) {
            try assembled(
                """
                PROTO 4 / FRAME / SHORT_BINUNICODE socket / MEMOIZE /
                SHORT_BINUNICODE create_connection / MEMOIZE / STACK_GLOBAL / MEMOIZE /
                SHORT_BINUNICODE github.com / MEMOIZE / BININT1 80 / TUPLE2 / MEMOIZE / TUPLE1 /
                MEMOIZE / REDUCE / MEMOIZE / STOP
                """
            )
        },
        ScanRow("malicious8.pkl", .dangerous) {
            try assembled(
                """
                PROTO 4 / FRAME / SHORT_BINUNICODE subprocess / MEMOIZE / SHORT_BINUNICODE run /
                MEMOIZE / STACK_GLOBAL / MEMOIZE / EMPTY_LIST / MEMOIZE / MARK / SHORT_BINUNICODE ls /
                MEMOIZE / SHORT_BINUNICODE -l / MEMOIZE / APPENDS / TUPLE1 / MEMOIZE / REDUCE /
                MEMOIZE / STOP
                """
            )
        },
        ScanRow("malicious9.pkl", .dangerous) {
            try assembled(
                """
                PROTO 4 / FRAME / SHORT_BINUNICODE sys / MEMOIZE / SHORT_BINUNICODE exit / MEMOIZE /
                STACK_GLOBAL / MEMOIZE / BININT1 0 / TUPLE1 / MEMOIZE / REDUCE / MEMOIZE / STOP
                """
            )
        },
        ScanRow("pytorch_magic_bypass.pt", .dangerous) {
            try assembled(
                """
                PROTO 2 / GLOBAL __builtin__ eval / BINPUT 0 / BINUNICODE 0x1950A86A20F9469CFC6C /
                BINPUT 1 / TUPLE1 / BINPUT 2 / REDUCE / BINPUT 3 / STOP / PROTO 2 / BININT2 1001 /
                STOP / PROTO 2 / EMPTY_DICT / BINPUT 0 / STOP / PROTO 2 / EMPTY_LIST / BINPUT 0 /
                STOP / PROTO 2 / GLOBAL posix system / BINPUT 0 / BINUNICODE echo / BINPUT 1 /
                TUPLE1 / BINPUT 2 / REDUCE / BINPUT 3 / STOP / PROTO 2 / NONE / STOP
                """
            )
        },
        ScanRow("sys_module_override_sploit.pkl", .dangerous) {
            try assembled(
                """
                PROTO 4 / UNICODE torch._utils / MEMOIZE / UNICODE _rebuild_tensor / MEMOIZE /
                STACK_GLOBAL / MEMOIZE / POP / UNICODE torch / UNICODE _utils / STACK_GLOBAL /
                MEMOIZE / POP / BINGET 3 / EMPTY_DICT / BINGET 1 / UNICODE builtins / SETITEM /
                BUILD / POP / BINGET 0 / BINGET 1 / STACK_GLOBAL / BINGET 3 / EMPTY_DICT / BINGET 1 /
                UNICODE eval / SETITEM / BUILD / POP / BINGET 0 / BINGET 1 / STACK_GLOBAL /
                STACK_GLOBAL / UNICODE echo / TUPLE1 / REDUCE / STOP
                """
            )
        },
    ]
}
