import Foundation
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Hands what Foundation reports to the exchange it belongs to.
///
/// `@unchecked Sendable` is sound because all state is behind a lock; the superclass keeps the compiler from
/// seeing it.
final class SessionDelegate: NSObject, URLSessionDataDelegate, @unchecked Sendable {
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
        // On Linux, reading goes on until cancelling gets its turn: when for a moment there is nothing to read. So
        // nothing may take time here.
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
    func cancelLater() { Thread.detachNewThread { self.cancel() } }
}
