import Foundation
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What is known of the answer to one request.
final class Exchange: Sendable {
    private struct State {
        var head: (status: Int, headers: [String: String])?
        var body = Data()
        var result: Result<HTTPResponse, TransportFailure>?
        var task: URLSessionTask?
        var isGivenUp = false
    }

    let isOver = DispatchSemaphore(value: 0)
    private let maximumBytes: Int
    private let state = Mutex(State())

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    var result: Result<HTTPResponse, TransportFailure> {
        state.withLock { $0.result } ?? .failure(.timedOut)
    }

    /// Takes the task that was begun; false if nobody waits for it any more.
    func keep(_ task: URLSessionTask) -> Bool {
        state.withLock { state in
            state.task = task
            return !state.isGivenUp
        }
    }

    /// Waits no longer; the task, if it was begun.
    func giveUp() -> URLSessionTask? {
        state.withLock { state in
            state.isGivenUp = true
            return state.task
        }
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

extension TransportFailure {
    /// What Foundation's error means for another try.
    init(_ error: any Error) {
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
