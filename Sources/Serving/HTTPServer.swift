import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small server of HTTP/1.1: one question a connection, within limits, answered one after another.
///
/// What it answers with may take a lock and wait for a disk: it runs on a queue of its own, and those who ask
/// meanwhile wait. Encryption is left to a proxy in front of it.
public final class HTTPServer: Sendable {
    /// Answers a request.
    public typealias Answering = @Sendable (ServedRequest) -> ServedAnswer

    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel

    /// Listens.
    ///
    /// - Parameters:
    ///   - host: The address of this machine to listen at, as in `127.0.0.1`.
    ///   - port: The port; 0 for one that is free.
    ///   - limits: What one who asks may cost.
    ///   - answer: Answers a request.
    /// - Throws: What the system says if the address cannot be had.
    public init(
        host: String,
        port: Int,
        limits: ServerLimits = ServerLimits(),
        answer: @escaping Answering
    ) throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (queue, places) = (DispatchQueue(label: "bulwark.server"), Places(limits.maximumConnections))
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = limits.maximumHeaderBytes
        decoding.maxHeaderListSize = limits.maximumHeaderBytes
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 128)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [decoding] channel in
                guard places.take() else { return channel.close() }
                channel.closeFuture.whenComplete { _ in places.leave() }
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandlers([
                        HTTPResponseEncoder(),
                        ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: decoding)),
                        HTTPServerProtocolErrorHandler(),
                        RequestHandler(limits, queue, answer),
                    ])
                }
            }
        do {
            channel = try bootstrap.bind(host: host, port: port).wait()
        } catch {
            try? group.syncShutdownGracefully()
            throw error
        }
    }

    /// The port at which it listens.
    public var port: Int { channel.localAddress?.port ?? 0 }

    /// Waits until it is stopped.
    public func wait() { try? channel.closeFuture.wait() }

    /// Listens no longer, and closes all connections.
    public func stop() {
        try? channel.close().wait()
        try? group.syncShutdownGracefully()
    }

    /// How many connections there may still be.
    private final class Places: Sendable {
        private let free: Mutex<Int>

        init(_ count: Int) { free = Mutex(count) }

        func take() -> Bool {
            free.withLock { free in
                guard free > 0 else { return false }
                free -= 1
                return true
            }
        }

        func leave() { free.withLock { $0 += 1 } }
    }
}
