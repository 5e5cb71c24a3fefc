/// The instructions of pickle protocols 0 to 5 (Python, `Lib/pickletools.py`; PEP 307, 3154 and 574).
enum PickleOpcode: UInt8 {
    case mark = 0x28, stop = 0x2E, pop = 0x30, popMark = 0x31, duplicate = 0x32
    case float = 0x46, int = 0x49, binint = 0x4A, binint1 = 0x4B, long = 0x4C, binint2 = 0x4D
    case none = 0x4E, persid = 0x50, binpersid = 0x51, reduce = 0x52
    case string = 0x53, binstring = 0x54, shortBinstring = 0x55
    case unicode = 0x56, binunicode = 0x58
    case append = 0x61, build = 0x62, global = 0x63, dict = 0x64, appends = 0x65
    case get = 0x67, binget = 0x68, inst = 0x69, longBinget = 0x6A, list = 0x6C, obj = 0x6F
    case put = 0x70, binput = 0x71, longBinput = 0x72, setitem = 0x73, tuple = 0x74, setitems = 0x75
    case emptyDict = 0x7D, emptyList = 0x5D, emptyTuple = 0x29, binfloat = 0x47
    case proto = 0x80, newobj = 0x81, ext1 = 0x82, ext2 = 0x83, ext4 = 0x84
    case tuple1 = 0x85, tuple2 = 0x86, tuple3 = 0x87, newtrue = 0x88, newfalse = 0x89
    case long1 = 0x8A, long4 = 0x8B
    case binbytes = 0x42, shortBinbytes = 0x43
    case shortBinunicode = 0x8C, binunicode8 = 0x8D, binbytes8 = 0x8E
    case emptySet = 0x8F, additems = 0x90, frozenset = 0x91, newobjEx = 0x92, stackGlobal = 0x93
    case memoize = 0x94, frame = 0x95
    case bytearray8 = 0x96, nextBuffer = 0x97, readonlyBuffer = 0x98

    /// How the argument behind the instruction is written.
    enum Layout {
        case none
        /// An unsigned number of this many bytes.
        case unsigned(Int)
        /// A signed number of four bytes.
        case signed
        /// A number as text, up to the end of the line.
        case decimalLine
        /// Text whose value does not matter, up to the end of the line.
        case line
        /// A quoted string with escapes, up to the end of the line.
        case quotedLine
        /// Text with `\u` escapes, up to the end of the line.
        case escapedLine
        /// Two lines: a module and a name.
        case twoLines
        /// A length of this many bytes, and text.
        case text(Int)
        /// A length of this many bytes, and bytes.
        case bytes(Int)
        /// A length of this many bytes, and a string of Python 2, which becomes text.
        case string(Int)
        /// A length of this many bytes, and a number in two's complement.
        case long(Int)
    }

    var layout: Layout {
        switch self {
        case .float, .long, .persid: .line
        case .int, .get, .put: .decimalLine
        case .string: .quotedLine
        case .unicode: .escapedLine
        case .global, .inst: .twoLines
        case .binint, .ext4: .signed
        case .binint1, .binget, .binput, .ext1, .proto: .unsigned(1)
        case .binint2, .ext2: .unsigned(2)
        case .longBinget, .longBinput: .unsigned(4)
        case .frame, .binfloat: .unsigned(8)
        case .binstring: .string(4)
        case .shortBinstring: .string(1)
        case .binunicode: .text(4)
        case .shortBinunicode: .text(1)
        case .binunicode8: .text(8)
        case .binbytes: .bytes(4)
        case .shortBinbytes: .bytes(1)
        case .binbytes8, .bytearray8: .bytes(8)
        case .long1: .long(1)
        case .long4: .long(4)
        default: .none
        }
    }
}
