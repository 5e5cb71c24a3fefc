import BulwarkProvenance
import Foundation

/// Ways around scanners that were published, and what each of them relies on.
extension ScanTable {
    private static func row(_ name: String, _ expected: ScanVerdict, _ instructions: String) -> ScanRow {
        ScanRow(name, expected) { try assembled(instructions) }
    }

    private static func called(_ names: String...) -> [ScanRow] {
        names.map { name in
            let parts = name.split(separator: ":").map(String.init)
            return ScanRow("call of \(name)", .dangerous) { try call(parts[0], parts[1]) }
        }
    }

    private static let assembledBypasses: [ScanRow] =
        [
            row(
                "a module that lists often forget, in a frame",
                .dangerous,
                "PROTO 4 / FRAME 33 / SHORT_BINUNICODE webbrowser / SHORT_BINUNICODE open / STACK_GLOBAL / SHORT_BINUNICODE about:x / TUPLE1 / REDUCE / STOP"
            ),
            row(
                "a module that lists often forget, as an object",
                .dangerous,
                "MARK / GLOBAL webbrowser open / UNICODE about:x / OBJ / STOP"
            ),
            row(
                "code objects unmarshalled",
                .dangerous,
                "PROTO 3 / GLOBAL marshal loads / SHORT_BINBYTES code / TUPLE1 / REDUCE / EMPTY_TUPLE / REDUCE / STOP"
            ),
            row(
                "a library opened through an attribute",
                .dangerous,
                "PROTO 2 / GLOBAL operator attrgetter / UNICODE LoadLibrary / TUPLE1 / REDUCE / GLOBAL ctypes cdll / TUPLE1 / REDUCE / UNICODE m / TUPLE1 / REDUCE / STOP"
            ),
            row(
                "an import by its name, kept in the memo",
                .dangerous,
                "PROTO 2 / GLOBAL importlib import_module / UNICODE shutil / TUPLE1 / REDUCE / BINPUT 3 / POP / BINGET 3 / STOP"
            ),
            row(
                "OBJ whose result is dropped",
                .dangerous,
                "EMPTY_DICT / MARK / GLOBAL os system / STRING id / OBJ / POP / STOP"
            ),
            row(
                "REDUCE whose result is dropped",
                .dangerous,
                "EMPTY_DICT / GLOBAL os system / STRING id / TUPLE1 / REDUCE / POP / STOP"
            ),
            row(
                "dotted name through a harmless module",
                .dangerous,
                "PROTO 4 / SHORT_BINUNICODE pathlib / SHORT_BINUNICODE os.system / STACK_GLOBAL / SHORT_BINUNICODE id / TUPLE1 / REDUCE / STOP"
            ),
            row(
                "dotted name through a listed name",
                .dangerous,
                "PROTO 4 / SHORT_BINUNICODE collections / SHORT_BINUNICODE OrderedDict.__reduce__ / STACK_GLOBAL / STOP"
            ),
            row(
                "dotted name through another library",
                .dangerous,
                "PROTO 4 / SHORT_BINUNICODE somelib / SHORT_BINUNICODE os.system / STACK_GLOBAL / STOP"
            ),
            row("module under an alias", .dangerous, "GLOBAL random _os / STOP"),
            row("module of another library under an alias", .dangerous, "GLOBAL somelib _os / STOP"),
            row(
                "name from a call",
                .dangerous,
                "PROTO 4 / SHORT_BINUNICODE os / GLOBAL builtins str / SHORT_BINUNICODE system / TUPLE1 / REDUCE / STACK_GLOBAL / STOP"
            ),
            row(
                "name from bytes",
                .dangerous,
                "PROTO 4 / SHORT_BINUNICODE os / GLOBAL _codecs encode / SHORT_BINUNICODE system / TUPLE1 / REDUCE / STACK_GLOBAL / STOP"
            ),
            row("extension registry", .dangerous, "PROTO 2 / EXT1 1 / EMPTY_TUPLE / REDUCE / STOP"),
            row(
                "call of what a call gave",
                .dangerous,
                "GLOBAL collections OrderedDict / EMPTY_TUPLE / REDUCE / EMPTY_TUPLE / REDUCE / STOP"
            ),
            row(
                "attributes of an import",
                .dangerous,
                "GLOBAL collections OrderedDict / EMPTY_DICT / BUILD / STOP"
            ),
            row(
                "items of an import",
                .dangerous,
                "GLOBAL collections OrderedDict / UNICODE a / UNICODE b / SETITEM / STOP"
            ),
            row("memo that is missing", .suspicious, "PROTO 2 / EMPTY_DICT / BINGET 7 / STOP"),
            row(
                "memo that is missing, behind an import",
                .dangerous,
                "PROTO 2 / GLOBAL collections OrderedDict / BINGET 7 / STOP"
            ),
            row(
                "number as a name",
                .dangerous,
                "PROTO 4 / SHORT_BINUNICODE os / BININT1 1 / STACK_GLOBAL / STOP"
            ),
            row(
                "frame that hides the end",
                .dangerous,
                "PROTO 4 / GLOBAL collections OrderedDict / FRAME 60 / EMPTY_TUPLE / REDUCE / STOP / GLOBAL os system / UNICODE echo echo echo echo / TUPLE1 / REDUCE / STOP / NONE / NONE / NONE / NONE / NONE / NONE / NONE / NONE / NONE / STOP"
            ),
            row("frame longer than the file", .suspicious, "PROTO 4 / FRAME 99 / EMPTY_DICT / STOP"),
            row(
                "frame across an instruction",
                .suspicious,
                "PROTO 4 / FRAME 2 / SHORT_BINUNICODE abcdef / STOP"
            ),
            row(
                "well formed frames",
                .nothingFound,
                "PROTO 4 / FRAME / EMPTY_DICT / MEMOIZE / SHORT_BINUNICODE a / NONE / SETITEM / STOP"
            ),
            row("protocol in the middle", .suspicious, "PROTO 2 / EMPTY_DICT / PROTO 4 / STOP"),
            row("protocol that does not exist", .suspicious, "PROTO 4 / EMPTY_DICT / PROTO 9 / STOP"),
            row("bytes from elsewhere", .suspicious, "PROTO 5 / NEXT_BUFFER / STOP"),
            row("persistent id of one's own", .suspicious, "PROTO 2 / UNICODE a / BINPERSID / STOP"),
            row("persistent id as text", .suspicious, "PERSID a / STOP"),
            row(
                "memo index that takes memory",
                .suspicious,
                "PROTO 2 / EMPTY_DICT / LONG_BINPUT 2000000000 / STOP"
            ),
            row(
                "number that takes memory",
                .suspicious,
                "PROTO 2 / GLOBAL builtins bytearray / LONG1 00e40b540200 / TUPLE1 / REDUCE / STOP"
            ),
            row(
                "value that unfolds",
                .suspicious,
                "PROTO 2 / EMPTY_TUPLE / " + String(repeating: "DUP / TUPLE2 / ", count: 60) + "STOP"
            ),
            row(
                "unusual encoding",
                .suspicious,
                "PROTO 2 / GLOBAL _codecs encode / UNICODE a / UNICODE zip / TUPLE2 / REDUCE / STOP"
            ),
            row(
                "class of one's own",
                .suspicious,
                "PROTO 2 / GLOBAL __main__ Net / EMPTY_TUPLE / NEWOBJ / EMPTY_DICT / BUILD / STOP"
            ),
            row(
                "class of one's own, broken off",
                .dangerous,
                "PROTO 2 / GLOBAL __main__ Net / EMPTY_TUPLE / NEWOBJ / EMPTY_DICT"
            ),
            row(
                "attribute with a meaning",
                .suspicious,
                "PROTO 2 / GLOBAL collections OrderedDict / EMPTY_TUPLE / REDUCE / EMPTY_DICT / UNICODE __class__ / NONE / SETITEM / BUILD / STOP"
            ),
            row("text in front of a pickle's end", .nothingFound, "UNICODE os / STOP"),
            row(
                "keywords",
                .dangerous,
                "PROTO 4 / GLOBAL subprocess Popen / EMPTY_TUPLE / EMPTY_DICT / NEWOBJ_EX / STOP"
            ),
            row("scanner switched off", .dangerous, "GLOBAL picklescan.scanner scan_bytes / STOP"),
            row(
                "python 2 names",
                .nothingFound,
                "PROTO 2 / GLOBAL copy_reg _reconstructor / GLOBAL __builtin__ object / GLOBAL __builtin__ object / NONE / TUPLE3 / REDUCE / STOP"
            ),
            row(
                "harmless builtins",
                .nothingFound,
                "PROTO 2 / GLOBAL builtins set / EMPTY_LIST / TUPLE1 / REDUCE / STOP"
            ),
        ]

    static let bypasses: [ScanRow] =
        assembledBypasses
        + called(
            "runpy:run_path",
            "cProfile:run",
            "importlib:import_module",
            "code:InteractiveInterpreter",
            "multiprocessing.util:spawnv_passfds",
            "asyncio.unix_events:_UnixSubprocessTransport._start",
            "pkgutil:resolve_name",
            "operator:methodcaller",
            "timeit:timeit",
            "doctest:debug_script",
            "trace:Trace",
            "lib2to3.pgen2.grammar:Grammar.loadg",
            "idlelib.pyshell:ModifiedInterpreter.runcode",
            "uuid:_get_command_stdout",
            "_osx_support:_read_output",
            "_aix_support:_read_cmd_output",
            "_pyrepl.pager:pipe_pager",
            "logging.config:listen",
            "numpy.f2py.crackfortran:getlincoef",
            "numpy.testing._private.utils:runstring",
            "numpy:load",
            "torch:load",
            "torch.hub:load",
            "torch.storage:_load_from_bytes",
            "torch.jit.unsupported_tensor_ops:execWrapper",
            "torch._dynamo.guards:GuardBuilder.get",
            "torch.utils.collect_env:run",
            "torch.fx.experimental.symbolic_shapes:ShapeEnv.evaluate_guards_expression",
            "torch.utils.bottleneck.__main__:run_cprofile",
            "torch.utils._config_module:ConfigModule.load_config",
            "torch.utils.data.datapipes.utils.decoder:basichandlers",
            "joblib:load",
            "dill:loads",
            "cloudpickle:loads",
            "sqlite3:connect",
            "shutil:rmtree",
            "tempfile:mktemp",
            "distutils.spawn:spawn",
            "ensurepip:_run_pip",
            "zipfile:ZipFile",
            "socketserver:TCPServer",
            "io:open",
            "site:execsitecustomize",
            "gc:get_objects",
            "builtins:print",
            "builtins:breakpoint",
            "builtins:__import__",
            "unittest.mock:_importer"
        )
}
