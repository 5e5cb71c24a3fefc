import Foundation

/// What the system calls an error number.
func systemReason(_ number: Int32) -> String { String(cString: strerror(number)) }
