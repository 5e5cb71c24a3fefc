import Foundation
import NIOCore
import NIOHTTP1

/// Collects the request of one connection, has it answered, and closes the connection.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let limits: ServerLimits
    private let queue: DispatchQueue
    private let answer: HTTPServer.Answering
    private var head: HTTPRequestHead?
    private var body = Data()
    private var deadline: Scheduled<Void>?
    /// Whether the request was taken; what comes behind it is not read.
    private var isTaken = false
    private var isAnswered = false

    init(_ limits: ServerLimits, _ queue: DispatchQueue, _ answer: @escaping HTTPServer.Answering) {
        (self.limits, self.queue, self.answer) = (limits, queue, answer)
    }

    func channelActive(context: ChannelHandlerContext) {
        closeLater(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isTaken else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            let stated = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
            if stated > limits.maximumBodyBytes { refuseBody(context) }
        case .body(let part):
            guard body.count + part.readableBytes <= limits.maximumBodyBytes else {
                return refuseBody(context)
            }
            body += part.readableBytesView
        case .end:
            guard let head else { return }
            take(ServedRequest(method: head.method.rawValue, target: head.uri, body: body), context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Whoever says no more may still be waiting for an answer.
        if case ChannelEvent.inputClosed = event, !isTaken || isAnswered { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Whoever says little, or reads little, makes room for others.
    private func closeLater(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: .seconds(limits.patience)) {
            channel.close(promise: nil)
        }
    }

    private func refuseBody(_ context: ChannelHandlerContext) {
        isTaken = true
        write(ServedAnswer(413, Data("more than \(limits.maximumBodyBytes) bytes\n".utf8)), context)
    }

    private func take(_ request: ServedRequest, _ context: ChannelHandlerContext) {
        isTaken = true
        deadline?.cancel()
        let (loop, answer) = (context.eventLoop, answer)
        let (handler, bound) = (NIOLoopBound(self, eventLoop: loop), NIOLoopBound(context, eventLoop: loop))
        queue.async {
            let answered = answer(request)
            loop.execute { handler.value.write(answered, bound.value) }
        }
    }

    private func write(_ answer: ServedAnswer, _ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        closeLater(context)
        var headers = HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
        headers.add(name: "Content-Type", value: answer.contentType)
        headers.add(name: "Content-Length", value: "\(answer.body.count)")
        headers.add(name: "Connection", value: "close")
        let head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: answer.status),
            headers: headers
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if self.head?.method != .HEAD {
            let bytes = context.channel.allocator.buffer(bytes: answer.body)
            context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
        }
        isAnswered = true
        let channel = context.channel
        // To close both directions while more is coming would take the answer away from whoever is still sending.
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            channel.close(mode: .output, promise: nil)
        }
    }
}
