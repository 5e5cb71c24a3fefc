import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A TCP connection, closed with the last reference to it.
///
/// The only place of this module where the system's calls take pointers; each is to memory that outlives its
/// call. No call blocks, except the one that looks up a name.
final class Connection {
    /// What there was to receive.
    enum Received {
        case bytes(ArraySlice<UInt8>)
        case end
        /// Nothing yet after all.
        case nothing
    }

    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// Connects to the first address of a host that answers.
    ///
    /// - Throws: `TransportFailure`.
    static func open(host: String, port: Int, until deadline: Deadline) throws(TransportFailure) -> Connection
    {
        var reason = "the host has no address"
        for address in try Address.all(of: host, port: port) {
            guard let connection = Connection(address) else {
                reason = Self.reason(errno)
                continue
            }
            guard let failure = try connection.establish(address, until: deadline) else { return connection }
            reason = failure
        }
        throw .connection(reason)
    }

    private init?(_ address: Address) {
        descriptor = socket(address.family, address.type, address.number)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        // The end of a request must not wait for word that its beginning arrived.
        set(Int32(IPPROTO_TCP), TCP_NODELAY)
        #if canImport(Darwin)
        set(SOL_SOCKET, SO_NOSIGPIPE)
        #endif
    }

    deinit { if descriptor >= 0 { _ = close(descriptor) } }

    private func set(_ level: Int32, _ option: Int32) {
        var one: Int32 = 1
        setsockopt(descriptor, level, option, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Why there is no connection; nil if there is one.
    private func establish(_ address: Address, until deadline: Deadline) throws(TransportFailure) -> String? {
        let status = address.bytes.withUnsafeBytes { bytes in
            bytes.baseAddress.map {
                connect(descriptor, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
            } ?? -1
        }
        if status == 0 { return nil }
        guard errno == EINPROGRESS || errno == EINTR else { return Self.reason(errno) }
        _ = try wait(toSend: true, until: deadline)
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else {
            return Self.reason(errno)
        }
        return code == 0 ? nil : Self.reason(code)
    }

    /// Waits until there is something to receive or, if wanted, room to send.
    ///
    /// - Returns: Whether there is something to receive; the end of the connection is something, too.
    /// - Throws: `TransportFailure.timedOut`.
    func wait(toSend: Bool, until deadline: Deadline) throws(TransportFailure) -> Bool {
        while true {
            var question = pollfd(
                fd: descriptor,
                events: Int16(POLLIN) | (toSend ? Int16(POLLOUT) : 0),
                revents: 0
            )
            let count = poll(&question, 1, try deadline.milliseconds())
            if count > 0 { return question.revents & ~Int16(POLLOUT) != 0 }
            if count < 0, errno != EINTR { throw .connection(Self.reason(errno)) }
        }
    }

    /// Sends as much as there is room for; a connection that the other side has closed is found when receiving.
    ///
    /// - Returns: How many bytes were sent.
    func transmit(_ bytes: ArraySlice<UInt8>) -> Int {
        #if canImport(Darwin)
        let flags: Int32 = 0
        #else
        let flags = Int32(MSG_NOSIGNAL)
        #endif
        return max(bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, flags) }, 0)
    }

    /// Receives what is there.
    ///
    /// - Throws: `TransportFailure.connection` if the connection was lost.
    func receive() throws(TransportFailure) -> Received {
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 { return .bytes(buffer[..<count]) }
        if count == 0 { return .end }
        if errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR { return .nothing }
        throw .connection(Self.reason(errno))
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// An address of a host, as the system wants it.
private struct Address {
    var family: Int32
    var type: Int32
    var number: Int32
    var bytes: [UInt8]

    /// All addresses of a host, in the order in which the system would try them.
    ///
    /// - Throws: `TransportFailure.permanent` if there is no such host.
    static func all(of host: String, port: Int) throws(TransportFailure) -> [Address] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var first: UnsafeMutablePointer<addrinfo>?
        let name = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let status = getaddrinfo(name, "\(port)", &hints, &first)
        guard status == 0 else { throw .permanent(String(cString: gai_strerror(status))) }
        defer { freeaddrinfo(first) }
        var addresses: [Address] = []
        var entry = first
        while let info = entry?.pointee {
            addresses.append(
                Address(
                    family: info.ai_family,
                    type: info.ai_socktype,
                    number: info.ai_protocol,
                    bytes: Array(UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen)))
                )
            )
            entry = info.ai_next
        }
        return addresses
    }
}
