import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// HTTP and TLS by Foundation, for encrypted connections.
///
/// Classifiers are asked synchronously, on plain threads, so a call waits on a semaphore while Foundation's own
/// threads do the work. It must not be made from a Swift task, whose threads are few and have to move on.
///
/// One session serves the whole process and is never torn down: on Linux, tearing one down while its sockets
/// close has been a source of crashes. It stores no cookies, no credentials and no answers, so nothing passes
/// from one endpoint to another.
///
/// On Linux all sessions of a process work on one queue, which a server that sends faster than can be read keeps to
/// itself for as long as it likes. Requests then end by their time limit.
///
/// Foundation on Linux has faults that cannot be mended from here, which is why unencrypted connections use
/// `SocketTransport`: a server that goes away in the middle of an answer's head ends the process, unless it speaks
/// HTTP/2.
package struct URLSessionTransport: HTTPTransport {
    private static let shared = SharedSession()

    /// A transport.
    package init() {}

    package func send(_ request: HTTPRequest) -> Result<HTTPResponse, TransportFailure> {
        var message = URLRequest(url: request.url)
        message.httpMethod = request.method
        message.httpBody = request.body
        for (name, value) in request.headers { message.setValue(value, forHTTPHeaderField: name) }
        // Whole seconds on Linux, and counted from the last byte. The semaphore below keeps the time.
        message.timeoutInterval = (request.timeout.inSeconds + 60).rounded(.up)
        let exchange = Exchange(maximumBytes: request.maximumBytes)
        // Not on this thread, which the queue may keep waiting, nor on one of Dispatch's, which may all be computing.
        Thread.detachNewThread { [message] in
            let task = Self.shared.start(message, exchange)
            if !exchange.keep(task) { Self.shared.abandon(task) }
        }
        if exchange.isOver.wait(timeout: .now() + request.timeout.inSeconds) == .timedOut {
            if let task = exchange.giveUp() { Self.shared.abandon(task) }
            return .failure(.timedOut)
        }
        return exchange.result
    }
}

/// The session with its delegate.
private final class SharedSession: Sendable {
    private let delegate = SessionDelegate()
    private let session: URLSession

    init() {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.httpCookieAcceptPolicy = .never
        configuration.httpShouldSetCookies = false
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        // Whoever sends says how much at once.
        configuration.httpMaximumConnectionsPerHost = 1024
        #if canImport(FoundationNetworking)
        let queue: OperationQueue? = ImmediateQueue()
        #else
        let queue: OperationQueue? = nil
        #endif
        session = URLSession(configuration: configuration, delegate: delegate, delegateQueue: queue)
    }

    func start(_ request: URLRequest, _ exchange: Exchange) -> URLSessionTask {
        let task = session.dataTask(with: request)
        delegate.add(exchange, for: task)
        task.resume()
        return task
    }

    /// Ends a task whose answer nobody waits for.
    func abandon(_ task: URLSessionTask) {
        // Before it is cancelled, so that no callback answers for it afterwards.
        delegate.remove(task)
        task.cancelLater()
    }
}

#if canImport(FoundationNetworking)
/// Runs at once what it is given.
///
/// On Linux a session puts every piece of an answer into a queue without looking at how long that is. Run at once,
/// on the session's own thread, a callback holds up the reading until it is done.
///
/// `@unchecked Sendable` is sound because it adds no state; the superclass keeps the compiler from seeing it.
private final class ImmediateQueue: OperationQueue, @unchecked Sendable {
    override func addOperation(_ block: @escaping @Sendable () -> Void) { block() }
}
#endif
