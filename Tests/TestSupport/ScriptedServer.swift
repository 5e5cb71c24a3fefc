import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A request as the server read it.
package struct ReceivedRequest: Sendable {
    package var method: String
    package var path: String
    /// By name in lower case.
    package var headers: [String: String]
    package var body: Data
}

/// What the server does with a request.
package enum Reply: Sendable {
    /// Sends these bytes and closes the connection.
    case bytes(Data)
    /// Closes the connection without a word.
    case drop
    /// Says nothing until the server ends.
    case silence
    /// Sends these bytes and then zeros for as long as somebody reads.
    case flood(Data)

    /// A complete answer with status 200.
    package static func answer(_ body: String, type: String? = "application/json") -> Reply {
        answer(200, body, type: type)
    }

    /// A complete answer.
    package static func answer(
        _ status: Int,
        _ body: String,
        type: String? = "application/json",
        headers: [String: String] = [:]
    ) -> Reply {
        var lines = ["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)", "Connection: close"]
        if let type { lines.append("Content-Type: \(type)") }
        lines += headers.map { "\($0.key): \($0.value)" }
        return .bytes(Data((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
    }
}

/// A tiny HTTP/1.1 server on a free port of this machine that does what a script says.
///
/// One request a connection, each connection on a thread of its own.
package final class ScriptedServer: Sendable {
    /// The port it listens on.
    package let port: UInt16
    private let socket: Int32
    private let script: @Sendable (ReceivedRequest, Int) -> Reply
    private struct State {
        var requests: [ReceivedRequest] = []
        var isOver = false
        /// Whether the number of the socket may be somebody else's by now.
        var isClosed = false
        /// Connections that are left hanging.
        var silent: [Int32] = []
    }
    private let state = Mutex(State())

    /// A server that is listening when this returns.
    ///
    /// - Parameter script: Gets each request and how many came before it.
    /// - Throws: If the system gives no socket.
    package init(_ script: @escaping @Sendable (ReceivedRequest, Int) -> Reply) throws {
        self.script = script
        #if canImport(Darwin)
        socket = Self.open(AF_INET, SOCK_STREAM, 0)
        #else
        socket = Self.open(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socket
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard isListening else { throw CocoaError(.fileWriteUnknown) }
        port = UInt16(bigEndian: address.sin_port)
        Thread { [self] in accept() }.start()
    }

    /// What was asked so far.
    package var requests: [ReceivedRequest] { state.withLock { $0.requests } }

    /// Ends the server, if it has not ended; connections that hang are closed.
    package func stop() {
        let silent = state.withLock { state in
            let isFirst = !state.isOver
            state.isOver = true
            if isFirst, !state.isClosed {
                #if canImport(Darwin)
                _ = Self.end(socket)
                state.isClosed = true
                #else
                // Wakes the thread that accepts, which closes the socket: nobody else may get its number before that.
                _ = shutdown(socket, Int32(SHUT_RDWR))
                #endif
            }
            defer { state.silent = [] }
            return state.silent
        }
        for descriptor in silent { _ = Self.end(descriptor) }
    }

    private func accept() {
        while true {
            let connection = Self.take(socket)
            guard connection < 0 else {
                Thread { [self] in serve(connection) }.start()
                continue
            }
            // Somebody who has gone before being accepted is no reason to end.
            let isPassing = errno == EINTR || errno == ECONNABORTED
            let isOver = state.withLock { state in
                if isPassing, !state.isOver { return false }
                if !state.isClosed { _ = Self.end(socket) }
                state.isClosed = true
                return true
            }
            if isOver { return }
        }
    }

    private func serve(_ connection: Int32) {
        guard let request = read(connection) else {
            _ = Self.end(connection)
            return
        }
        let number = state.withLock { state in
            state.requests.append(request)
            return state.requests.count - 1
        }
        switch script(request, number) {
        case .bytes(let data): write(data, to: connection)
        case .drop: break
        case .flood(let data):
            write(data, to: connection)
            let zeros = Data(repeating: 0x30, count: 1 << 16)
            while write(zeros, to: connection) {}
        case .silence:
            let isOver = state.withLock { state in
                if !state.isOver { state.silent.append(connection) }
                return state.isOver
            }
            if !isOver { return }
        }
        _ = shutdown(connection, Int32(SHUT_WR))
        // What is still to come is read, so that closing does not take back what was sent.
        while !receive(connection, 1 << 16).isEmpty {}
        _ = Self.end(connection)
    }

    private func read(_ connection: Int32) -> ReceivedRequest? {
        var data = Data()
        let end = Data("\r\n\r\n".utf8)
        while data.range(of: end) == nil {
            let part = receive(connection, 1 << 16)
            if part.isEmpty { return nil }
            data.append(part)
        }
        guard let range = data.range(of: end) else { return nil }
        let head = String(decoding: data[..<range.lowerBound], as: UTF8.self)
            .components(separatedBy: "\r\n")
        let words = head[0].split(separator: " ").map(String.init)
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in head.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            if parts.count == 2 {
                headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
            }
        }
        var body = Data(data[range.upperBound...])
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while body.count < length {
            let part = receive(connection, length - body.count)
            if part.isEmpty { return nil }
            body.append(part)
        }
        return ReceivedRequest(method: words[0], path: words[1], headers: headers, body: body)
    }

    private func receive(_ connection: Int32, _ count: Int) -> Data {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = recv(connection, &bytes, count, 0)
        return Data(bytes.prefix(max(received, 0)))
    }

    @discardableResult
    private func write(_ data: Data, to connection: Int32) -> Bool {
        var rest = data[...]
        while !rest.isEmpty {
            #if canImport(Darwin)
            let flags: Int32 = 0
            #else
            let flags = Int32(MSG_NOSIGNAL)
            #endif
            let sent = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, flags) }
            if sent <= 0 { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    // The names of the system's functions are taken by methods above.
    private static func open(_ domain: Int32, _ type: Int32, _ number: Int32) -> Int32 {
        #if canImport(Darwin)
        let descriptor = Darwin.socket(domain, type, number)
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &one, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
        #elseif canImport(Musl)
        return Musl.socket(domain, type, number)
        #else
        return Glibc.socket(domain, type, number)
        #endif
    }

    private static func take(_ socket: Int32) -> Int32 {
        #if canImport(Darwin)
        Darwin.accept(socket, nil, nil)
        #elseif canImport(Musl)
        Musl.accept(socket, nil, nil)
        #else
        Glibc.accept(socket, nil, nil)
        #endif
    }

    private static func end(_ descriptor: Int32) -> Int32 {
        #if canImport(Darwin)
        Darwin.close(descriptor)
        #elseif canImport(Musl)
        Musl.close(descriptor)
        #else
        Glibc.close(descriptor)
        #endif
    }
}
