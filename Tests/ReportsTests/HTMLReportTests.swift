import BulwarkEvaluation
import BulwarkReports
import BulwarkTensors
import Foundation
import Testing

struct HTMLReportTests {
    private static func pages() throws -> [XMLPage] {
        [try Fixtures.digits(), try Fixtures.hostile()].map { XMLPage(HTMLReport.render(outcome: $0)) }
    }

    @Test func thePageIsWellFormed() throws {
        for page in try Self.pages() {
            #expect(page.error == nil)
            #expect(page.elements.count > 100)
        }
    }

    @Test func thePageNeedsNeitherNetworkNorScript() throws {
        for page in try Self.pages() {
            let names = Set(page.elements.map(\.name))
            #expect(
                names.isDisjoint(with: [
                    "script", "link", "iframe", "object", "embed", "form", "base", "audio", "video",
                ])
            )
            #expect(page.elements.allSatisfy { $0.attributes.keys.allSatisfy { !$0.hasPrefix("on") } })
            #expect(page.values(of: "href").allSatisfy { $0.hasPrefix("#") })
            #expect(page.values(of: "src").allSatisfy { $0.hasPrefix("data:image/png;base64,") })
            #expect(!page.styles.contains("url(") && !page.styles.contains("@import"))
            #expect(page.values(of: "style").allSatisfy { !$0.contains("url(") })
            #expect(page.values(of: "content").contains { $0.hasPrefix("default-src 'none'") })
        }
    }

    @Test func hostileNamesStayText() throws {
        let page = XMLPage(HTMLReport.render(outcome: try Fixtures.hostile()))
        for name in [
            "<script>alert('class')</script>", "\"quoted\" & 'single'", "</td><td onclick=\"x\">",
            "<i>fgsm</i>",
            "]]> nothing", "a note with <img src=x onerror=alert(1)> and \u{FFFD}[31m escape", "<em>",
            "a < b",
            "No sample of <data> was assessed.", "x\u{FFFD}y",
        ] {
            #expect(page.text.contains(name))
        }
        #expect(page.all("img").isEmpty)
        #expect(page.all("em").isEmpty)
    }

    @Test func everyLinkHasATarget() throws {
        for page in try Self.pages() {
            let targets = page.values(of: "id")
            #expect(Set(targets).count == targets.count)
            #expect(page.values(of: "href").allSatisfy { targets.contains(String($0.dropFirst())) })
        }
    }

    @Test func everythingThatWasFoundIsOnThePage() throws {
        let outcome = try Fixtures.digits()
        let assessment = outcome.assessment
        let text = XMLPage(HTMLReport.render(outcome: outcome)).text
        let parts =
            [
                "Vulnerable", "97.4\u{A0}%", "[2.7, 5.2]",
                "bulwark assess models/digits.onnx --data 'digits test.npz'",
            ]
            + assessment.verdictReasons + assessment.attacks.flatMap { [$0.name, $0.settings, $0.records] }
            + assessment.sanityChecks.flatMap { [$0.id, $0.meaning, $0.evidence] }
            + assessment.vulnerability.gates.map(\.evidence)
            + [assessment.vulnerability.record, assessment.vulnerability.severityVector]
            + [
                assessment.model.sha256, assessment.data.sha256, assessment.tool.backend,
                assessment.tool.platform,
            ]
            + assessment.model.notes + assessment.data.notes + ["Clopper and Pearson"]
            + assessment.anomaly.compactMap(\.note) + assessment.anomalyNotes
        for part in parts { #expect(text.contains(part), "\(part)") }
    }

    @Test func whatWasNotMeasuredIsUndefined() throws {
        let text = XMLPage(HTMLReport.render(outcome: try Fixtures.hostile())).text
        #expect(text.contains("undefined"))
        // The one rate of this outcome is the requirement.
        #expect(!text.replacing("50.0\u{A0}%", with: "").contains("0.0\u{A0}%"))
        #expect(!text.contains("nan"))
    }

    @Test(arguments: [Assessment.Verdict.robust, .vulnerable, .inconclusive])
    func theVerdictIsAWordAnIconAndAColour(verdict: Assessment.Verdict) throws {
        var outcome = try Fixtures.digits()
        outcome.assessment.verdict = verdict
        let page = XMLPage(HTMLReport.render(outcome: outcome))
        let word = verdict.rawValue.prefix(1).uppercased() + verdict.rawValue.dropFirst()
        #expect(page.elements.first?.attributes["class"] == verdict.rawValue)
        #expect(page.text.contains(word))
        #expect(page.values(of: "class").contains("icon"))
    }

    @Test func onlyWeakAttacksAreMarkedWeak() throws {
        let page = XMLPage(HTMLReport.render(outcome: try Fixtures.digits()))
        // fgsm, hop-skip-jump and the explanation; noise is a control.
        #expect(page.values(of: "class").count { $0 == "tag weak" } == 3)
        #expect(page.values(of: "class").count { $0 == "tag" } == 2)
    }

    @Test func samplesOfImageModelsAreShownAsImages() throws {
        let outcome = try Fixtures.digits()
        let images = XMLPage(HTMLReport.render(outcome: outcome)).all("img")
        #expect(images.count == 3 * outcome.exhibits.count)
        let decoded = try images.map { image in
            let address = try #require(image.attributes["src"])
            let data = try #require(
                Data(base64Encoded: String(address.dropFirst("data:image/png;base64,".count)))
            )
            return try PNGImage(data)
        }
        #expect(decoded.allSatisfy { $0.width == 28 && $0.height == 28 })
        let exhibit = outcome.exhibits[0]
        #expect(decoded[0].channels == 1)
        #expect(decoded[0].pixels == exhibit.clean.elements.map { UInt8((Double($0) * 255).rounded()) })
        #expect(decoded[1].pixels == exhibit.adversarial.elements.map { UInt8((Double($0) * 255).rounded()) })
    }

    @Test func theChangeIsAmplifiedToFullColourAndZeroIsNeutral() throws {
        var outcome = try Fixtures.digits()
        outcome.exhibits = [
            Self.exhibit([1, 2, 2], clean: [0.5, 0.5, 0.5, 0.5], adversarial: [0.5, 0.6, 0.4, 0.55])
        ]
        let page = XMLPage(HTMLReport.render(outcome: outcome))
        let change = try #require(page.all("img").last?.attributes["src"])
        let image = try PNGImage(try #require(Data(base64Encoded: String(change.dropFirst(22)))))
        #expect(image.channels == 3)
        let pixels = stride(from: 0, to: 12, by: 3).map { Array(image.pixels[$0..<$0 + 3]) }
        #expect(pixels[0] == [246, 246, 244])
        #expect(pixels[1] == [186, 68, 0])
        #expect(pixels[2] == [5, 84, 150])
        #expect(pixels[3] == [216, 157, 122])
        #expect(page.text.contains("±0.1"))
    }

    @Test func colourImagesKeepTheirChannelsAndLargeOnesAreThinned() throws {
        var outcome = try Fixtures.digits()
        outcome.exhibits = [
            Self.exhibit(
                [3, 1, 2].map { max($0, 2) },
                clean: Array(repeating: 0, count: 12),
                adversarial: [
                    1, 1, 1, 1, 0, 0, 0, 0, 0.5, 0.5, 0.5, .nan,
                ]
            )
        ]
        let rgb = try Self.images(outcome)
        #expect(rgb[1].pixels.prefix(3) == [255, 0, 128])
        #expect(rgb[1].pixels.last == 128)
        let count = 600 * 300
        outcome.exhibits = [
            Self.exhibit(
                [1, 600, 300],
                clean: Array(repeating: 0, count: count),
                adversarial: Array(repeating: 1, count: count)
            )
        ]
        let large = try Self.images(outcome)
        #expect(large.allSatisfy { $0.width == 100 && $0.height == 200 })
        #expect(
            XMLPage(HTMLReport.render(outcome: outcome)).text.contains(
                "Of 3 pixels in a row or column one is shown."
            )
        )
    }

    @Test func rowsAreShownAsTheFeaturesThatChangedMost() throws {
        let page = XMLPage(HTMLReport.render(outcome: try Fixtures.hostile()))
        #expect(page.text.contains("3 of 4 features changed."))
        #expect(page.text.contains("−0.5"))
        #expect(page.text.contains("+0.25"))
        #expect(!page.text.contains("desrever"))
    }

    @Test func chartsAreNamedForThoseWhoDoNotSeeThem() throws {
        for page in try Self.pages() {
            let drawings = page.all("svg").filter { $0.attributes["aria-hidden"] == nil }
            #expect(drawings.allSatisfy { $0.attributes["role"] == "img" })
            #expect(page.all("title").count >= drawings.count)
        }
    }

    @Test func theStyleKnowsDarkNarrowAndPaper() throws {
        let styles = try #require(try Self.pages().first).styles
        for part in [
            "prefers-color-scheme: dark", "max-width: 38rem", "@media print", "image-rendering: pixelated",
        ] {
            #expect(styles.contains(part))
        }
    }

    @Test func anEmptyOutcomeIsStillAPage() throws {
        var outcome = try Fixtures.hostile()
        outcome.assessment.attacks = []
        outcome.assessment.anomaly = []
        outcome.assessment.anomalyNotes = []
        outcome.assessment.sanityChecks = []
        outcome.assessment.resilienceCurve = []
        outcome.assessment.vulnerability.gates = []
        outcome.exhibits = []
        outcome.records = []
        let page = XMLPage(HTMLReport.render(outcome: outcome))
        #expect(page.error == nil)
        #expect(
            page.values(of: "href").map { String($0) } == [
                "#vulnerability", "#threat", "#reproduce", "#terms",
            ]
        )
    }

    @Test func withoutDetectorsThePageSaysWhy() throws {
        var outcome = try Fixtures.digits()
        outcome.assessment.anomaly = []
        let page = XMLPage(HTMLReport.render(outcome: outcome))
        #expect(page.error == nil)
        #expect(page.text.contains(outcome.assessment.anomalyNotes[0]))
        #expect(!page.text.contains("AUROC"))
    }

    private static func exhibit(_ shape: [Int], clean: [Float], adversarial: [Float]) -> Exhibit {
        let shape = (try? Shape(shape)) ?? []
        return Exhibit(
            sample: 0,
            attack: "pgd",
            clean: Tensor(shape, clean),
            adversarial: Tensor(shape, adversarial),
            label: 0,
            cleanPrediction: 0,
            adversarialPrediction: 1,
            distance: 0.1
        )
    }

    private static func images(_ outcome: AssessmentOutcome) throws -> [PNGImage] {
        try XMLPage(HTMLReport.render(outcome: outcome)).all("img").map { image in
            let address = try #require(image.attributes["src"])
            return try PNGImage(try #require(Data(base64Encoded: String(address.dropFirst(22)))))
        }
    }
}
