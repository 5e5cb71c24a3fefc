import CIsolation
import Foundation

/// A file descriptor that is closed when nobody holds it any more.
final class Descriptor {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    deinit { close(number) }

    /// Has reading and writing never wait: what was announced may be gone when it is fetched, and whoever is on
    /// the other side could make this one wait for ever.
    ///
    /// - Throws: `IsolationError`.
    func neverWait() throws(IsolationError) {
        let error = isolation_never_wait(number)
        guard error == 0 else { throw .supervision("preparing a descriptor (\(systemReason(error)))") }
    }

    /// Some bytes that are there now; none at the end, and nil if there is nothing yet.
    ///
    /// - Throws: `IsolationError`.
    func available(upTo count: Int) throws(IsolationError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = bytes.withUnsafeMutableBytes { read(number, $0.baseAddress, $0.count) }
        if got < 0 {
            let reason = errno
            if reason == EINTR || reason == EAGAIN { return nil }
            // The other side ended without having read what it was sent.
            if reason == ECONNRESET { return [] }
            throw .supervision("reading from the job (\(systemReason(reason)))")
        }
        return Array(bytes.prefix(got))
    }
}
