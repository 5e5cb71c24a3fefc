import Foundation
import Synchronization

/// Asks one endpoint: waits, counts, sends, and tries again where that may help.
final class RemoteClient: Sendable {
    /// How often the server may point elsewhere on one question.
    static let maximumRedirects = 3

    let rules: TrafficRules
    let censor: Censor
    private let transport: any HTTPTransport
    private let clock: any RemoteClock
    private let control: TrafficControl
    private let waits: Waits
    /// One place for each request that may be underway.
    private let places: DispatchSemaphore
    private let questions = Mutex(0)

    init(_ rules: TrafficRules, transport: any HTTPTransport, clock: any RemoteClock) {
        rules.check()
        self.rules = rules
        self.transport = transport
        self.clock = clock
        censor = rules.headers.censor
        control = TrafficControl(rules, clock: clock)
        waits = Waits(rules: rules)
        places = DispatchSemaphore(value: rules.maximumConcurrency)
    }

    var statistics: RemoteStatistics { control.statistics }

    /// - Throws: `RemoteError.queryBudget` if so many samples more are too many.
    func require(_ samples: Int, sparing spared: Int) throws(RemoteError) {
        try control.require(samples, sparing: spared)
    }

    /// The JSON at an address.
    ///
    /// - Throws: `RemoteError`, `RemoteAnswerError.contentType`.
    func get(_ url: URL) throws -> Data {
        try answer(to: Question(method: "GET", url: url, body: nil, samples: 0, asked: 0, spared: 0))
    }

    /// The JSON that comes back for a body.
    ///
    /// - Parameters:
    ///   - url: Where to send it.
    ///   - body: JSON.
    ///   - samples: How many samples are in the body.
    ///   - asked: How many of them a caller asked about; the others fill up a batch.
    ///   - spared: How much of the query budget has to be left.
    /// - Returns: The body of the answer.
    /// - Throws: `RemoteError`, `RemoteAnswerError.contentType`.
    func post(_ url: URL, _ body: Data, samples: Int, asked: Int, sparing spared: Int) throws -> Data {
        let question = Question(
            method: "POST",
            url: url,
            body: body,
            samples: samples,
            asked: asked,
            spared: spared
        )
        return try answer(to: question)
    }

    private struct Question {
        var method: String
        var url: URL
        var body: Data?
        var samples: Int
        var asked: Int
        var spared: Int
    }

    private func answer(to question: Question) throws -> Data {
        let number = questions.withLock { count in
            count += 1
            return count
        }
        var (url, redirects, retries) = (question.url, 0, 0)
        var load = TrafficControl.Load(
            samples: question.samples,
            asked: question.asked,
            spared: question.spared
        )
        while true {
            try control.begin(load)
            load.asked = 0
            load.isRetry = false
            let request = request(question, to: url)
            places.wait()
            let result = transport.send(request)
            places.signal()
            count(result)
            switch try verdict(on: result, of: question, at: url, attempts: retries + 1) {
            case .answer(let body): return body
            case .elsewhere(let target):
                redirects += 1
                guard redirects <= Self.maximumRedirects else {
                    throw RemoteError.redirects(maximum: Self.maximumRedirects)
                }
                url = target
            case .mayPass(let error, let pause):
                guard retries < rules.maximumRetries else { throw error }
                retries += 1
                load.isRetry = true
                try waitToRepeat(pause, retry: retries, ofRequest: number, load)
            }
        }
    }

    private func count(_ result: Result<HTTPResponse, TransportFailure>) {
        switch result {
        case .failure: control.noteLoss()
        case .success(let response) where response.status == 200 || (300..<400).contains(response.status):
            break
        case .success(let response): control.noteRefusal(status: response.status)
        }
    }

    private func waitToRepeat(
        _ pause: Duration?,
        retry: Int,
        ofRequest number: Int,
        _ load: TrafficControl.Load
    ) throws {
        // Whoever may not send again need not wait.
        try control.require(load.samples, sparing: load.spared)
        if let pause {
            guard pause <= rules.maximumWait else {
                throw RemoteError.retryAfter(pause, maximum: rules.maximumWait)
            }
            control.holdBack(for: pause)
        }
        let wait = waits.wait(before: retry, ofRequest: number)
        control.wait(max(wait, pause ?? .zero), for: pause == nil ? .repetition : .rate)
    }

    private func request(_ question: Question, to url: URL) -> HTTPRequest {
        var headers = [
            (name: "Accept", value: "application/json"), (name: "Accept-Language", value: "en"),
            (name: "User-Agent", value: "bulwark"),
        ]
        if question.body != nil { headers.append((name: "Content-Type", value: "application/json")) }
        // A kept connection that turns out closed makes the library send again without anybody counting it.
        if !rules.keepsConnections { headers.append((name: "Connection", value: "close")) }
        return HTTPRequest(
            question.method,
            url,
            headers: headers + rules.headers.fields,
            body: question.body,
            timeout: rules.timeout,
            maximumBytes: rules.maximumResponseBytes
        )
    }

    /// What an answer, or that there is none, means for the question.
    private enum Verdict {
        case answer(Data)
        case elsewhere(URL)
        case mayPass(RemoteError, pause: Duration?)
    }

    private func verdict(
        on result: Result<HTTPResponse, TransportFailure>,
        of question: Question,
        at url: URL,
        attempts: Int
    ) throws -> Verdict {
        switch result {
        case .success(let response):
            return try verdict(on: response, of: question, at: url, attempts: attempts)
        case .failure(.connection(let reason)):
            let error = RemoteError.unreachable(reason: censor.clean(reason), attempts: attempts)
            return .mayPass(error, pause: nil)
        case .failure(.timedOut):
            return .mayPass(.timedOut(after: rules.timeout, attempts: attempts), pause: nil)
        case .failure(.permanent(let reason)):
            throw RemoteError.unreachable(reason: censor.clean(reason), attempts: attempts)
        case .failure(.tooLarge): throw RemoteError.tooLarge(maximumBytes: rules.maximumResponseBytes)
        }
    }

    private func verdict(
        on response: HTTPResponse,
        of question: Question,
        at url: URL,
        attempts: Int
    ) throws -> Verdict {
        switch response.status {
        case 200:
            // Answers of small servers may not say what they are.
            let type = response.headers["content-type"] ?? "application/json"
            let name = type.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
            guard name == "application/json" || name.hasSuffix("+json") else {
                throw RemoteAnswerError.contentType(censor.clean(type))
            }
            return .answer(response.body)
        case 301, 302, 303, 307, 308:
            return .elsewhere(try target(of: response, for: question, at: url))
        case 429, 502, 503, 504:
            let pause = response.headers["retry-after"].flatMap { Waits.retryAfter($0, date: clock.date) }
            return .mayPass(failure(response, attempts: attempts), pause: pause)
        default: throw failure(response, attempts: attempts)
        }
    }

    private func target(of response: HTTPResponse, for question: Question, at url: URL) throws -> URL {
        let location = response.headers["location"].flatMap { URL(string: $0, relativeTo: url)?.absoluteURL }
        // Other redirects of a POST would drop its body.
        let keepsRequest = question.method == "GET" || response.status == 307 || response.status == 308
        guard let location, keepsRequest, location.hasOrigin(of: url) else {
            throw RemoteError.redirect(
                status: response.status,
                to: location.flatMap(\.host).map { censor.clean($0) }
            )
        }
        return location
    }

    private func failure(_ response: HTTPResponse, attempts: Int) -> RemoteError {
        struct Document: Decodable { var error: String }
        let document = try? JSONDecoder().decode(Document.self, from: response.body)
        return .status(
            response.status,
            message: document.map { censor.clean($0.error) },
            attempts: attempts
        )
    }
}
