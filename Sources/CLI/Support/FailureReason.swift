import Foundation

extension Error {
    /// Why the system refused, in its own words where it has any.
    var reason: String {
        let error = self as NSError
        let inner = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
        guard inner.domain == NSPOSIXErrorDomain else { return localizedDescription }
        return String(cString: strerror(Int32(inner.code)))
    }
}
