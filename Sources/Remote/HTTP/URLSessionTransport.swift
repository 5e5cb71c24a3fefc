import Foundation
import Synchronization

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
        let task = Self.shared.start(message, exchange)
        if exchange.isOver.wait(timeout: .now() + request.timeout.inSeconds) == .timedOut {
            Self.shared.abandon(task)
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
private final class ImmediateQueue: OperationQueue, @unchecked Sendable {
    override func addOperation(_ block: @escaping @Sendable () -> Void) { block() }
}
#endif

/// What is known of the answer to one request.
private final class Exchange: Sendable {
    private struct State {
        var head: (status: Int, headers: [String: String])?
        var body = Data()
        var result: Result<HTTPResponse, TransportFailure>?
    }

    let isOver = DispatchSemaphore(value: 0)
    private let maximumBytes: Int
    private let state = Mutex(State())

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    var result: Result<HTTPResponse, TransportFailure> {
        state.withLock { $0.result } ?? .failure(.timedOut)
    }

    /// Takes the status line and headers; false if the body would be too long.
    func begin(_ response: HTTPURLResponse) -> Bool {
        var headers: [String: String] = [:]
        for (name, value) in response.allHeaderFields {
            headers["\(name)".lowercased()] = "\(value)"
        }
        state.withLock { $0.head = (response.statusCode, headers) }
        return response.expectedContentLength <= Int64(maximumBytes)
    }

    /// Takes a piece of the body; false if the body is too long now.
    func append(_ data: Data) -> Bool {
        state.withLock { state in
            guard data.count <= maximumBytes - state.body.count else { return false }
            state.body.append(data)
            return true
        }
    }

    /// The answer as far as it came.
    var response: Result<HTTPResponse, TransportFailure> {
        state.withLock { state in
            guard let head = state.head else { return .failure(.permanent("the answer is not HTTP")) }
            return .success(HTTPResponse(status: head.status, headers: head.headers, body: state.body))
        }
    }

    /// Ends the wait; only the first call counts.
    func finish(_ result: Result<HTTPResponse, TransportFailure>) {
        let isFirst = state.withLock { state in
            guard state.result == nil else { return false }
            state.result = result
            return true
        }
        if isFirst { isOver.signal() }
    }
}

/// Hands what Foundation reports to the exchange it belongs to.
///
/// `@unchecked Sendable` is sound because all state is behind a lock; the superclass keeps the compiler from
/// seeing it.
private final class SessionDelegate: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    private let exchanges = Mutex<[Int: Exchange]>([:])

    func add(_ exchange: Exchange, for task: URLSessionTask) {
        exchanges.withLock { $0[task.taskIdentifier] = exchange }
    }

    @discardableResult
    func remove(_ task: URLSessionTask) -> Exchange? {
        exchanges.withLock { $0.removeValue(forKey: task.taskIdentifier) }
    }

    private func exchange(_ task: URLSessionTask) -> Exchange? {
        exchanges.withLock { $0[task.taskIdentifier] }
    }

    private func stop(_ task: URLSessionTask, _ result: Result<HTTPResponse, TransportFailure>) {
        remove(task)?.finish(result)
        task.cancelLater()
    }

    func urlSession(
        _ session: URLSession,
        dataTask: URLSessionDataTask,
        didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        completionHandler(.allow)
        guard let response = response as? HTTPURLResponse, let exchange = exchange(dataTask) else { return }
        if !exchange.begin(response) { stop(dataTask, .failure(.tooLarge)) }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard let exchange = exchange(dataTask) else { return }
        if !exchange.append(data) { stop(dataTask, .failure(.tooLarge)) }
    }

    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        // On Linux, answering for a task that was cancelled ends the process.
        guard exchange(task) != nil else { return }
        completionHandler(nil)
    }

    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping @Sendable (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        switch challenge.protectionSpace.authenticationMethod {
        case NSURLAuthenticationMethodHTTPBasic, NSURLAuthenticationMethodHTTPDigest,
            NSURLAuthenticationMethodNTLM, NSURLAuthenticationMethodNegotiate:
            #if canImport(FoundationNetworking)
            // On Linux, status 401 comes here once the whole answer is there, and nothing comes afterwards.
            if let exchange = exchange(task) { stop(task, exchange.response) }
            #else
            completionHandler(.rejectProtectionSpace, nil)
            #endif
        default: completionHandler(.performDefaultHandling, nil)
        }
    }

    func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        didCompleteWithError error: (any Error)?
    ) {
        guard let exchange = remove(task) else { return }
        // On Linux, redirects without a target are reported here only.
        if let response = task.response as? HTTPURLResponse { _ = exchange.begin(response) }
        exchange.finish(error.map { .failure(TransportFailure($0)) } ?? exchange.response)
    }
}

extension URLSessionTask {
    /// Cancels without waiting: on Linux, cancelling waits for the thread that callbacks run on.
    fileprivate func cancelLater() { DispatchQueue.global().async { self.cancel() } }
}

extension TransportFailure {
    /// What Foundation's error means for another try.
    fileprivate init(_ error: any Error) {
        let reason = error.localizedDescription
        guard let error = error as? URLError else {
            self = .connection(reason)
            return
        }
        switch error.code {
        case .timedOut: self = .timedOut
        case .badURL, .unsupportedURL, .cannotFindHost, .secureConnectionFailed,
            .serverCertificateHasBadDate, .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid,
            .serverCertificateUntrusted, .clientCertificateRejected, .clientCertificateRequired,
            .appTransportSecurityRequiresSecureConnection:
            self = .permanent(reason)
        default:
            // On Linux, certificates that are refused have no code of their own.
            self = reason.contains("certificate") ? .permanent(reason) : .connection(reason)
        }
    }
}
