/// Why a served model could not be asked, or gave no answer.
///
/// What is wrong with an answer that came is a `RemoteAnswerError`. No text in here repeats the value of a
/// header.
public enum RemoteError: Error, Equatable {
    /// A text is not the address of a served model; says why.
    case address(String)
    /// A header's name or value cannot be sent, or is one that the request itself sets.
    case header(name: String)
    /// The environment variable that was to hold a header's value is empty or not set.
    case environment(variable: String)
    /// Headers would be sent to another machine without encryption.
    case headersInClear(host: String)
    /// A sample holds NaN or infinity, which JSON has no way to write.
    case sampleNotFinite(sample: Int)
    /// No connection, or one that was lost, this often.
    case unreachable(reason: String, attempts: Int)
    /// No complete answer within the time allowed, this often.
    case timedOut(after: Duration, attempts: Int)
    /// The server answered with another status than 200; the message is its own.
    case status(Int, message: String?, attempts: Int)
    /// The server points elsewhere: to another host, or in a way that drops the samples.
    case redirect(status: Int, to: String?)
    /// The server points on and on.
    case redirects(maximum: Int)
    /// The server asks to wait longer than is allowed.
    case retryAfter(Duration, maximum: Duration)
    /// The answer is longer than is allowed.
    case tooLarge(maximumBytes: Int)
    /// Sending these samples would exceed the budget.
    case queryBudget(maximum: Int, sent: Int, wanted: Int)
}

extension RemoteError: CustomStringConvertible {
    /// The fault in words.
    public var description: String {
        switch self {
        case .address(let reason): "this is not the address of a served model: \(reason)"
        case .header(let name):
            "the header '\(name)' cannot be sent: it is set by the request itself, or its name or value has a "
                + "character that headers cannot hold"
        case .environment(let variable): "the environment variable \(variable) is not set, or empty"
        case .headersInClear(let host):
            "headers that may hold secrets would travel to \(host) without encryption; use https, or allow it "
                + "expressly"
        case .sampleNotFinite(let sample): "sample \(sample) holds NaN or infinity, which cannot be sent"
        case .unreachable(let reason, let attempts): "no answer\(after(attempts)): \(reason)"
        case .timedOut(let time, let attempts):
            "no complete answer within \(time.inSeconds) seconds\(after(attempts))"
        case .status(let status, let message, let attempts):
            "the server answered with status \(status)\(after(attempts))" + (message.map { ": \($0)" } ?? "")
        case .redirect(let status, let target):
            "the server redirects with status \(status)" + (target.map { " to \($0)" } ?? "")
                + "; only redirects to the same scheme, host and port that keep the request are followed"
        case .redirects(let maximum): "the server redirected more than \(maximum) times"
        case .retryAfter(let wait, let maximum):
            "the server asks to come back after \(wait.inSeconds) seconds; the longest wait allowed is "
                + "\(maximum.inSeconds)"
        case .tooLarge(let maximum): "the answer is longer than the \(maximum) bytes allowed"
        case .queryBudget(let maximum, let sent, let wanted):
            "the query budget of \(maximum) samples does not allow \(wanted) more: \(sent) were sent"
        }
    }

    private func after(_ attempts: Int) -> String { attempts > 1 ? " after \(attempts) attempts" : "" }
}
