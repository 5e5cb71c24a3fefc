import BulwarkProvenance
import BulwarkReports
import Foundation
import Testing

struct ReleasePageTests {
    /// What strangers might put into a claim.
    static let hostile =
        "</dd></td><script>alert('x')</script>\"'&]]>\u{202E}evil\u{2066}\u{200B}\u{0}\u{1B}[31m"

    private static func sources() throws -> [String] {
        let long = String(repeating: "W", count: 10_000)
        return try [
            ReleaseFixture().report(), ReleaseFixture().report(nil),
            ReleaseFixture(isComplete: false).report(),
            ReleaseFixture(text: hostile, assessments: 2).report(), ReleaseFixture(text: long).report(),
            ReleaseFixture(text: "").report(), ReleaseFixture(text: hostile).report(nil),
            ReleaseFixture.rich().report(ReleaseFixture.regression),
            ReleaseFixture.rich(text: hostile).report(),
        ]
        .map { ReleasePage.render($0) }
    }

    @Test func thePageIsWellFormedAndNeedsNeitherNetworkNorScript() throws {
        for source in try Self.sources() {
            let page = XMLPage(source)
            #expect(page.error == nil)
            let names = Set(page.elements.map(\.name))
            #expect(
                names.isDisjoint(with: ["script", "link", "iframe", "object", "embed", "form", "base", "img"])
            )
            #expect(page.elements.allSatisfy { $0.attributes.keys.allSatisfy { !$0.hasPrefix("on") } })
            #expect(page.values(of: "href").allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("receipts/") })
            #expect(!page.styles.contains("url(") && !page.styles.contains("@import"))
            #expect(page.values(of: "content").contains { $0.hasPrefix("default-src 'none'") })
        }
    }

    @Test func everyLinkHasATargetAndEveryNameIsThereOnce() throws {
        for source in try Self.sources() {
            let page = XMLPage(source)
            let targets = page.values(of: "id")
            #expect(Set(targets).count == targets.count)
            let links = page.values(of: "href").filter { $0.hasPrefix("#") }
            #expect(links.allSatisfy { targets.contains(String($0.dropFirst())) })
        }
    }

    @Test func headingsAreInOrderAndTablesHaveHeaders() throws {
        for source in try Self.sources() {
            let page = XMLPage(source)
            let levels = page.elements.compactMap { element -> Int? in
                element.name.first == "h" && element.name.count == 2 ? Int(element.name.dropFirst()) : nil
            }
            #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
            #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 })
            #expect(page.all("th").allSatisfy { $0.attributes["scope"] != nil })
            #expect(page.all("main").count == 1 && page.all("nav").count == 1)
            #expect(
                page.all("svg").allSatisfy {
                    $0.attributes["role"] == "img" || $0.attributes["aria-hidden"] == "true"
                }
            )
        }
    }

    @Test func hostileTextStaysTextAndSteersNothing() throws {
        let source = ReleasePage.render(try ReleaseFixture(text: Self.hostile).report())
        #expect(XMLPage(source).text.contains("<script>alert('x')</script>\"'&]]>\u{FFFD}evil"))
        #expect(!source.unicodeScalars.contains { [0x202E, 0x2066, 0x200B, 0x1B, 0].contains($0.value) })
        // What is ours is markup, not text.
        let plain = XMLPage(ReleasePage.render(try ReleaseFixture().report())).text
        #expect(!plain.contains("<") && !plain.contains("&"))
    }

    @Test func marksDoNotPileUp() throws {
        let pile = "a" + String(repeating: "\u{30D}", count: 200) + "b\u{301}"
        let page = ReleasePage.render(try ReleaseFixture(text: pile).report())
        #expect(page.contains("a\u{30D}\u{30D}\u{30D}\u{30D}b\u{301}"))
        #expect(!page.contains(String(repeating: "\u{30D}", count: 5)))
    }

    /// A rule compares the model with one that was deployed before; that one's claims are none about this one.
    @Test func claimsAboutAnotherModelDoNotCountForThisOne() throws {
        var fixture = try ReleaseFixture()
        try fixture.addOtherModel()
        let report = try fixture.report(ReleaseFixture.regression)
        #expect(report.items.map(\.entry.index).suffix(2) == [8, 9])
        let page = XMLPage(ReleasePage.render(report))
        #expect(page.text.contains("nobody says where it is in use"))
        #expect(page.text.contains("8 of 10 entries"))
        #expect(page.values(of: "id").contains("entry-9"))
        #expect(page.text.contains("another model; a rule rests on it"))
        #expect(!ModelCard.render(report).contains("68.0\u{A0}%"))
    }

    /// The graph alone is not the model where other files hold its weights.
    @Test func whatLeavesTheWeightsOutIsNotAboutTheModel() throws {
        var fixture = try ReleaseFixture.rich()
        let own = try fixture.report(nil).items.count
        let otherWeights = [
            ContentReference(name: "weights.bin", sha256: ContentDigest(of: Data("others".utf8)))
        ]
        for weights in [[], otherWeights] {
            try fixture.add(
                fixture.training(on: [fixture.reference("train")]),
                about: ReleaseFixture.model,
                weights: weights
            )
            try fixture.add(fixture.assessment(0.68), about: ReleaseFixture.model, weights: weights)
            try fixture.add(fixture.deployment, about: ReleaseFixture.model, weights: weights)
            let approval = fixture.approval(.approved, scope: "everything", role: "other")
            try fixture.add(approval, about: ReleaseFixture.model, weights: weights)
        }
        let report = try fixture.report(nil)
        #expect(report.items.count == own && report.lineage.runs.map(\.entry.index) == [2, 3])
        #expect(!ModelCard.render(report).contains("everything"))
        // What speaks against a file of it does.
        try fixture.add(fixture.incident, about: fixture.weights[0].sha256)
        try fixture.add(fixture.approval(.rejected, scope: "", role: "other"), about: ReleaseFixture.model)
        let against = try fixture.report(nil)
        #expect(against.items.count == own + 2)
        #expect(ModelCard.render(against).contains("Rejected in the role other: plain"))
    }

    @Test func aLongTextIsCutAndSaysSo() throws {
        let long = String(repeating: "W", count: 10_000)
        let source = ReleasePage.render(try ReleaseFixture(text: long).report())
        #expect(source.contains("… (cut; 10,000 characters)"))
        #expect(!source.contains(String(repeating: "W", count: 400)))
    }

    @Test func everyRuleHasItsNumbersAndItsEntries() throws {
        let report = try ReleaseFixture().report()
        let page = XMLPage(ReleasePage.render(report))
        let decision = try #require(report.decision)
        for result in decision.results {
            #expect(page.values(of: "id").contains("rule-\(result.rule.name)"))
            for entry in result.finding.entries {
                #expect(page.values(of: "href").contains("#entry-\(entry)"))
            }
        }
        for text in ["60.0\u{A0}%", "55.0\u{A0}% to 65.0\u{A0}%", "at least 50.0\u{A0}%", "1,000", "waived"] {
            #expect(page.text.contains(text), "\(text)")
        }
        #expect(page.text.contains("no claim states drift yet"))
        #expect(page.text.contains("Rules that this policy does not ask for"))
    }

    @Test func everyEntryHasItsReceiptAndTheCommandThatChecksIt() throws {
        let report = try ReleaseFixture().report()
        let page = XMLPage(ReleasePage.render(report))
        #expect(report.items.count == 8)
        for index in 0..<8 {
            #expect(page.values(of: "href").contains("receipts/\(index).tlog-proof"))
            #expect(page.values(of: "href").contains("receipts/\(index).json"))
            #expect(
                page.text.contains(
                    "bulwark log check receipts/\(index).tlog-proof --entry receipts/\(index).json --public-key "
                        + "log.pub.pem --origin example.com/log --witness witness.example.com+00000000+AAAA"
                )
            )
        }
    }

    @Test func withoutEvidenceThePageShowsWhatIsMissing() throws {
        let text = XMLPage(ReleasePage.render(try ReleaseFixture(isComplete: false).report())).text
        #expect(
            text.contains("nobody says how it was trained")
                && text.contains("Nothing in the log is about this model")
        )
        #expect(text.contains("the model's file was not scanned"))
        #expect(text.contains("Safety was not looked at"))
    }

    @Test func withoutAPolicyNothingIsDecided() throws {
        let text = XMLPage(ReleasePage.render(try ReleaseFixture().report(nil))).text
        #expect(text.contains("Not judged") && text.contains("Entry 5: assessment"))
    }

    @Test func theSameReportGivesTheSameBytes() throws {
        let report = try ReleaseFixture(assessments: 2).report()
        #expect(ReleasePage.render(report) == ReleasePage.render(report))
        #expect(try ReleaseBOM.render(report) == ReleaseBOM.render(report))
        #expect(ModelCard.render(report) == ModelCard.render(report))
    }
}
