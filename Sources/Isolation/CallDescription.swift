import CIsolation
import Foundation

/// A refused system call in words, for the record.
///
/// Nothing is decided by it: what lies in the caller's memory may change under whoever reads it.
struct CallDescription {
    let call: String
    let detail: String

    /// Describes a call that waits on a listener.
    init(_ call: isolation_call, listener: Int32) {
        guard withUnsafePointer(to: call, isolation_is_native) else {
            self.call = "system call \(call.number) of another instruction set"
            detail = "0x" + String(call.architecture, radix: 16)
            return
        }
        let name = isolation_call_name(call.number).map { String(cString: $0) }
        self.call = name ?? "system call \(call.number)"
        let memory = CallMemory(call: call, listener: listener)
        let arguments = Arguments(call)
        detail =
            switch name {
            case "socket", "socketpair": Self.family(arguments.signed(0))
            case "connect", "bind": memory.address(at: arguments[1], count: arguments[2])
            case "sendto": memory.address(at: arguments[4], count: arguments[5])
            case "sendmsg", "sendmmsg": memory.addressOfMessage(at: arguments[1])
            case "open", "creat", "unlink", "rmdir", "mkdir", "mknod", "link", "symlink", "rename", "chmod",
                "chown", "lchown", "utime", "utimes", "truncate", "execve", "chroot", "setxattr":
                memory.text(at: arguments[0])
            case "openat", "unlinkat", "mkdirat", "mknodat", "renameat", "renameat2", "fchmodat", "fchownat",
                "utimensat", "execveat", "linkat":
                memory.text(at: arguments[1])
            case "kill", "tkill", "pidfd_send_signal": "signal \(arguments.signed(1))"
            case "tgkill": "signal \(arguments.signed(2))"
            case "prctl", "ptrace", "bpf": "operation \(arguments.signed(0))"
            case "ioctl": "request 0x" + String(UInt32(truncatingIfNeeded: arguments[1]), radix: 16)
            default: ""
            }
    }

    /// What a family of sockets is called.
    static func family(_ number: Int32) -> String {
        isolation_family_name(number).map { String(cString: $0) } ?? "family \(number)"
    }

    /// The arguments of a call.
    private struct Arguments {
        private let values: [UInt64]

        init(_ call: isolation_call) {
            let all = call.arguments
            values = [all.0, all.1, all.2, all.3, all.4, all.5]
        }

        subscript(index: Int) -> UInt64 { values[index] }

        func signed(_ index: Int) -> Int32 { Int32(truncatingIfNeeded: values[index]) }
    }
}

/// The memory of a thread whose call waits.
struct CallMemory {
    let call: isolation_call
    let listener: Int32

    /// Up to this many bytes; fewer where there are no more, or none if the caller has gone.
    private func bytes(at address: UInt64, count: Int) -> [UInt8] {
        guard address != 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: min(count, Int(isolation_memory_bytes)))
        let got = withUnsafePointer(to: call) { call in
            bytes.withUnsafeMutableBytes {
                isolation_read_memory(listener, call, address, $0.baseAddress, $0.count)
            }
        }
        return Array(bytes.prefix(got))
    }

    /// A path on one line, as far as it is short enough.
    func text(at address: UInt64) -> String {
        let bytes = bytes(at: address, count: .max)
        return RelayedText.inOneLine(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
    }

    /// The address of a socket in words.
    func address(at address: UInt64, count: UInt64) -> String {
        let count = Int(clamping: UInt32(truncatingIfNeeded: count))
        return SocketAddress.described(bytes(at: address, count: count))
    }

    /// The address in a message's header: a pointer and a length, see `struct msghdr`.
    func addressOfMessage(at address: UInt64) -> String {
        let header = bytes(at: address, count: 12)
        guard header.count == 12 else { return "" }
        let place = (0..<8).reduce(UInt64(0)) { $0 | UInt64(header[$1]) << (8 * UInt64($1)) }
        let count = (8..<12).reduce(UInt64(0)) { $0 | UInt64(header[$1]) << (8 * UInt64($1 - 8)) }
        return self.address(at: place, count: count)
    }
}
