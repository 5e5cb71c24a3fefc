import BulwarkEvaluation
import Foundation
import TestSupport
import Testing

/// Served models that do not answer as they should: exit codes, advice, and what is kept.
struct EndpointTroubleTests {
    /// Noise first, and then an attack that asks in small portions.
    private static let twoAttacks = [
        "--epsilon", "0.25", "--preset", "fast", "--queries-per-sample", "60", "--attack", "noise",
        "--attack",
        "hop-skip-jump", "--retries", "0",
    ]

    private static let wrongShape = Reply.answer(
        #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,2],"data":[0,1]}]}"#
    )
    private static let notFinite = Reply.answer(
        #"{"outputs":[{"name":"z","datatype":"FP32","shape":[1,3],"data":[NaN,0,1]}]}"#
    )

    /// Nothing was found yet, so nothing is written.
    @Test(
        arguments: [
            (Reply.answer(401, #"{"error":"no key"}"#), Int32(77), "--header-from-environment"),
            (Reply.answer(403, "{}"), 77, "--header-from-environment"),
            (Reply.answer(404, "{}"), 66, "no such model"),
            (Reply.answer(400, #"{"error":"bad shape"}"#), 76, "bad shape"),
            (Reply.answer(429, "{}"), 75, "--requests-per-second"),
            (Reply.answer(429, "{}", headers: ["Retry-After": "3600"]), 75, "--maximum-wait"),
            (Reply.answer(503, "{}"), 69, "--retries"),
            (Reply.drop, 69, "look whether the server runs"),
            (wrongShape, 76, "shape"),
            (notFinite, 76, "NaN"),
            (Reply.answer("hello", type: "text/html"), 76, "text/html"),
        ] as [(Reply, Int32, String)]
    )
    func whatGoesWrongAtOnceHasItsExitCode(reply: Reply, status: Int32, advice: String) throws {
        let served = try ServedModel { _, _ in reply }
        // A wait that is too long is refused before repetitions are counted.
        let isWait = advice == "--maximum-wait"
        let outcome = try served.assess(ServedModel.quickly + ["--retries", isWait ? "1" : "0"])
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.contains(advice), "\(outcome.errors)")
        #expect(outcome.errors.contains(served.server.address))
        #expect(outcome.output.isEmpty)
        #expect(!served.bench.exists("served/assessment.json"))
    }

    @Test(
        arguments: [
            (Reply.drop, Int32(69)), (Reply.answer(403, "{}"), 77), (wrongShape, 76), (notFinite, 76),
        ] as [(Reply, Int32)]
    )
    func whatWasFoundBeforeItBrokeIsKept(reply: Reply, status: Int32) throws {
        let whole = try ServedModel()
        let complete = try whole.assess(Self.twoAttacks)
        #expect(complete.status == 0, "\(complete.errors)")
        let served = try ServedModel { _, number in number < 40 ? nil : reply }
        let outcome = try served.assess(Self.twoAttacks)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.contains(served.server.address))
        #expect(try served.records("noise") == whole.records("noise"))
        let assessment = try served.assessment()
        let partial = try #require(assessment.partial)
        #expect(partial.cause == "unavailable")
        #expect(partial.attacks.map(\.name) == ["noise", "hop-skip-jump"])
        #expect(partial.attacks[0].isDone && !partial.attacks[1].isDone)
        #expect(partial.leftOut.contains("resilience curve"))
        #expect(assessment.verdict != .robust)
        #expect(assessment.model.endpoint?.requests == served.server.requests.count)
        #expect(served.bench.exists("served/report.html"))
    }

    @Test func aBudgetEndsTheRunAndIsNeverExceeded() throws {
        let options = [
            "--epsilon", "0.2", "--attack", "square", "--preset", "fast", "--queries-per-sample", "150",
        ]
        let whole = try ServedModel()
        let complete = try whole.assess(options)
        #expect(complete.status == 0, "\(complete.errors)")
        let served = try ServedModel()
        let outcome = try served.assess(options + ["--query-budget", "1200", "--batch-size", "8"])
        #expect(outcome.status == 0, "a limit that was asked for is no failure: \(outcome.errors)")
        let assessment = try served.assessment()
        let endpoint = try #require(assessment.model.endpoint)
        #expect(endpoint.queryBudget == 1200)
        #expect(endpoint.samplesSent <= 1200 && endpoint.samplesSent > 1100)
        #expect(served.server.samplesReceived == endpoint.samplesSent)
        let partial = try #require(assessment.partial)
        #expect(partial.cause == "budget" && partial.reason.contains("1200"))
        // What was finished before counts, sample by sample.
        let done = partial.attacks[0].done
        #expect(done > 0 && done < partial.attacks[0].total ?? 0)
        #expect(assessment.verdictReasons[0].contains("ended early"))
        let lines = Set(try whole.records("square").split(separator: "\r\n"))
        let kept = try served.records("square").split(separator: "\r\n").filter { lines.contains($0) }
        #expect(kept.count >= done + 1)

        // The same command goes on where it stopped, and ends where it would have ended.
        let rest = try served.assess(options + ["--query-budget", "100000"])
        #expect(rest.status == 0, "\(rest.errors)")
        #expect(rest.errors.contains("going on"))
        #expect(try served.records("square") == whole.records("square"))
        #expect(try served.assessment().partial == nil)
    }

    @Test func aBudgetThatAllowsNothingIsRefused() throws {
        let served = try ServedModel()
        for budget in ["5", "50", "150"] {
            let outcome = try served.assess(ServedModel.quickly + ["--query-budget", budget])
            #expect(outcome.status == 64, "\(outcome.errors)")
            #expect(outcome.errors.contains("--query-budget"), "\(outcome.errors)")
            #expect(!served.bench.exists("served/assessment.json"))
        }
        #expect(served.server.samplesReceived <= 5 + 50 + 150)
    }

    @Test func nobodyListeningAndNoAnswerInTimeAreToldApart() throws {
        let served = try ServedModel { _, _ in .silence }
        let late = try served.assess(ServedModel.quickly + ["--timeout", "0.3", "--retries", "0"])
        #expect(late.status == 75 && late.errors.contains("--timeout"), "\(late.errors)")
        served.server.stop()
        let gone = try served.assess(ServedModel.quickly + ["--retries", "0"])
        #expect(gone.status == 69, "\(gone.errors)")
    }

    @Test func secretsAreInNoReportAndNoMessage() throws {
        let secret = "s3cr3t-t0ken-of-mine"
        let served = try ServedModel { request, number in
            number < 12
                ? nil : .answer(403, #"{"error":"who is \#(request.headers["authorization"] ?? "")?"}"#)
        }
        let file = try served.bench.write("\(secret)-2\nmore\n", to: "key.txt")
        let headers = [
            "--header-from-environment", "Authorization=MODEL_TOKEN", "--header-from-file", "X-Key=\(file)",
        ]
        let outcome = try served.assess(
            ServedModel.quickly + headers,
            with: ["MODEL_TOKEN": "Bearer \(secret)"]
        )
        #expect(outcome.status == 77)
        #expect(outcome.errors.contains("[header]"), "\(outcome.errors)")
        #expect(
            served.server.requests.allSatisfy {
                $0.headers["authorization"] == "Bearer \(secret)" && $0.headers["x-key"] == "\(secret)-2"
            }
        )
        let written = try served.everything()
        #expect(written.contains("MODEL_TOKEN"), "the command is written")
        #expect(!(written + outcome.output + outcome.errors).contains(secret))

        let unset = try served.assess(ServedModel.quickly + headers, into: "none")
        #expect(unset.status == 64 && unset.errors.contains("MODEL_TOKEN"))
        let typed = try served.assess(
            ServedModel.quickly + ["--header-from-environment", "Authorization=Bearer \(secret)"],
            into: "none"
        )
        #expect(typed.status == 64 && !typed.errors.contains(secret), "\(typed.errors)")
    }

    @Test func addressesAndOptionsThatMakeNoSenseAreRefused() throws {
        let served = try ServedModel()
        func run(_ target: String, _ options: [String] = []) throws -> Bulwark.Outcome {
            try Bulwark.run(["assess", target, "--data", served.data, "--suite", "quick"] + options)
        }
        let password = try run("http://me:passw0rd@127.0.0.1:1/v2/models/model")
        #expect(password.status == 64 && !password.errors.contains("passw0rd"), "\(password.errors)")
        #expect(try run("http://127.0.0.1:1/models/model").status == 64)
        let file = try run(served.model, ["--timeout", "3"])
        #expect(file.status == 64 && file.errors.contains("--timeout"))
        let white = try run(served.server.address, ["--knowledge", "white-box"])
        #expect(white.status == 64 && white.errors.contains("black-box"))
        let gradients = try run(served.server.address, ["--attack", "pgd"])
        #expect(gradients.status == 64)
        let limited = try run(served.model, ["--queries-per-sample", "10"])
        #expect(limited.status == 64 && limited.errors.contains("black-box"))
        #expect(try run(served.server.address, ["--concurrency", "0"]).status == 64)
        let headers = ["--header-from-environment", "Authorization=HOME"]
        let clear = try run("http://models.invalid/v2/models/model", headers)
        #expect(clear.status == 64 && clear.errors.contains("--headers-in-clear"))
        #expect(served.server.samplesReceived <= 2 * 64)
    }

    /// A folder that came from somebody else must not have this machine send its secrets away.
    @Test func aRerunSendsHeadersOnlyIfItIsTold() throws {
        let served = try ServedModel()
        let headers = ["--header-from-environment", "Authorization=MODEL_TOKEN"]
        let variables = ["MODEL_TOKEN": "mine"]
        #expect(try served.assess(ServedModel.quickly + headers, with: variables).status == 0)
        let before = served.server.requests.count
        let folder = served.bench.path("served")
        let refused = try Bulwark.run(["rerun", folder, "--quiet"], with: variables)
        #expect(refused.status == 64)
        #expect(refused.errors.contains("MODEL_TOKEN") && refused.errors.contains("--send-headers"))
        #expect(served.server.requests.count == before)
        let told = try Bulwark.run(["rerun", folder, "--quiet", "--send-headers"], with: variables)
        #expect(told.status == 0, "\(told.output) \(told.errors)")
        #expect(served.server.requests.last?.headers["authorization"] == "mine")
    }
}
