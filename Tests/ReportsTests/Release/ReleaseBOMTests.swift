import BulwarkProvenance
import BulwarkReports
import Foundation
import Testing

/// The form of the bill; the official schema of CycloneDX 1.6 was used beside it.
struct ReleaseBOMTests {
    private func bom(_ report: ReleaseReport) throws -> JSON { try JSON(ReleaseBOM.render(report)) }

    /// All values of a member, wherever it stands.
    private func values(of name: String, in json: JSON) -> [JSON] {
        switch json {
        case .object(let members):
            members.flatMap { key, value in (key == name ? [value] : []) + values(of: name, in: value) }
        case .array(let elements): elements.flatMap { values(of: name, in: $0) }
        default: []
        }
    }

    @Test func theBillIsOfTheModelByItsDigest() throws {
        let bom = try bom(ReleaseFixture().report(model: "m.onnx"))
        #expect(bom["bomFormat"]?.string == "CycloneDX" && bom["specVersion"]?.string == "1.6")
        #expect(bom.at("metadata.timestamp")?.string == "2027-01-15T08:00:00Z")
        #expect(bom.at("metadata.tools.components.0.version")?.string == "0.1.0")
        let model = try #require(bom.at("metadata.component"))
        #expect(model["type"]?.string == "machine-learning-model" && model["name"]?.string == "m.onnx")
        #expect(model.at("hashes.0.content")?.string == ReleaseFixture.model.hexadecimal)
        #expect(model.at("modelCard.modelParameters.architectureFamily")?.string == "mlp")
        #expect(model.at("modelCard.modelParameters.approach.type")?.string == "supervised")
    }

    @Test func everyMetricHasAnIntervalAndASampleCount() throws {
        let bom = try bom(ReleaseFixture(assessments: 2).report())
        let metrics = try #require(
            bom.at("metadata.component.modelCard.quantitativeAnalysis.performanceMetrics")
        ).array
        #expect(metrics.count == 8)
        for metric in metrics {
            #expect(Double(try #require(metric["value"]?.string)) != nil)
            #expect(metric.at("confidenceInterval.lowerBound")?.string.flatMap { Double($0) } != nil)
            #expect(metric.at("confidenceInterval.upperBound")?.string.flatMap { Double($0) } != nil)
            #expect(metric["slice"]?.string?.hasSuffix(" samples") == true)
        }
        #expect(metrics[1]["value"]?.string == "0.6")
    }

    @Test func referencesHaveTargetsAndTargetsAreThereOnce() throws {
        for report in try [
            ReleaseFixture().report(), ReleaseFixture(assessments: 2).report(nil),
            ReleaseFixture(isComplete: false).report(),
            ReleaseFixture(text: ReleasePageTests.hostile).report(),
            ReleaseFixture.rich().report(ReleaseFixture.regression), Self.tangled().report(nil),
        ] {
            let bom = try bom(report)
            let targets = values(of: "bom-ref", in: bom).compactMap(\.string)
            #expect(Set(targets).count == targets.count)
            let links = values(of: "ref", in: bom).compactMap(\.string)
            let others = values(of: "dependsOn", in: bom).flatMap(\.array).compactMap(\.string)
            #expect((links + others).allSatisfy { targets.contains($0) })
        }
    }

    /// Two trained models among the inputs of one run, one of them the model before the other, and one
    /// manifest under two names.
    private static func tangled() throws -> ReleaseFixture {
        var fixture = try ReleaseFixture(isComplete: false)
        let (first, second) = (fixture.reference("first"), fixture.reference("second"))
        let raw = try fixture.dataset("raw")
        let train = try fixture.dataset("train", parents: [raw.manifest.reference()])
        try fixture.add(raw)
        try fixture.add(raw, called: "again")
        try fixture.add(train)
        try fixture.add(fixture.training(on: [fixture.reference("train")]), about: first.sha256)
        try fixture.add(fixture.training(on: [first]), about: second.sha256)
        try fixture.add(fixture.training(on: [first, fixture.reference("train"), second]))
        return fixture
    }

    private func dependencies(_ bom: JSON, of name: String) -> [String] {
        let row = bom["dependencies"]?.array.first { $0["ref"]?.string == reference(name) }
        return row?["dependsOn"]?.array.compactMap(\.string) ?? []
    }

    /// The reference to a content that is its name.
    private func reference(_ name: String) -> String { "sha256:\(ContentDigest(of: Data(name.utf8)))" }

    @Test func aModelIsNoDatasetAndAManifestIsThereOnce() throws {
        let bom = try bom(Self.tangled().report(nil))
        let components = bom["components"]?.array ?? []
        let models = components.filter { $0["type"]?.string == "machine-learning-model" }
        #expect(
            Set(models.compactMap { $0["bom-ref"]?.string }) == [reference("first"), reference("second")]
        )
        // The data themselves, and the manifest of what they were made of.
        #expect(components.count == 4)
        #expect(
            Set(dependencies(bom, of: "model")) == [
                reference("train"), reference("second"), reference("first"),
            ]
        )
    }

    @Test func dataDependOnDataThatAreUsedThemselves() throws {
        var fixture = try ReleaseFixture(isComplete: false)
        let raw = try fixture.dataset("raw")
        try fixture.add(raw)
        try fixture.add(fixture.dataset("clean", parents: [raw.manifest.reference()]))
        try fixture.add(fixture.training(on: [fixture.reference("raw"), fixture.reference("clean")]))
        let bom = try bom(fixture.report(nil))
        #expect(dependencies(bom, of: "clean") == [reference("raw")])
        #expect(dependencies(bom, of: "model") == [reference("raw"), reference("clean")])
    }

    @Test func aHardeningHasTheModelThatItStartsFrom() throws {
        var fixture = try ReleaseFixture(isComplete: false)
        try fixture.add(fixture.hardening(of: fixture.reference("found")))
        for (report, original) in [
            (try fixture.report(nil), "found"), (try ReleaseFixture().report(), "base"),
        ] {
            let bom = try bom(report)
            let inputs = values(of: "inputs", in: bom).last?.array ?? []
            #expect(inputs.first?.at("resource.ref")?.string == reference(original))
            let component = bom["components"]?.array.first { $0["bom-ref"]?.string == reference(original) }
            #expect(component?["type"]?.string == "machine-learning-model")
            #expect(dependencies(bom, of: "model").contains(reference(original)))
        }
    }

    @Test func evidenceAboutAnotherModelIsNotAttachedToThisOne() throws {
        var fixture = try ReleaseFixture()
        try fixture.addOtherModel()
        let bom = try bom(fixture.report(ReleaseFixture.regression))
        func urls(_ references: JSON?) -> [String] {
            (references?.array ?? []).compactMap { $0["url"]?.string }
        }
        #expect(
            urls(bom["externalReferences"]).filter { $0.hasSuffix(".json") } == [
                "receipts/8.json", "receipts/9.json",
            ]
        )
        #expect(!urls(bom.at("metadata.component.externalReferences")).contains("receipts/9.json"))
        #expect(urls(bom.at("metadata.component.externalReferences")).contains("receipts/5.json"))
    }

    @Test func evidenceIsAttachedWithItsHashes() throws {
        let report = try ReleaseFixture.rich().report()
        let bom = try bom(report)
        let references = values(of: "externalReferences", in: bom).flatMap(\.array)
        for item in report.items {
            let entry = try #require(
                references.first { $0["url"]?.string == "receipts/\(item.entry.index).json" }
            )
            #expect(entry["type"]?.string == "attestation")
            #expect(entry.at("hashes.0.content")?.string == item.entryDigest.hexadecimal)
            #expect(entry["comment"]?.string?.contains("example.com/log") == true)
            let receipt = references.first { $0["url"]?.string == "receipts/\(item.entry.index).tlog-proof" }
            #expect(receipt?.at("hashes.0.content")?.string == item.receiptDigest.hexadecimal)
        }
    }

    @Test func dataHaveTheirLicenceAndOrigin() throws {
        let components = try bom(ReleaseFixture().report())["components"]?.array ?? []
        let train = try #require(components.first { $0["name"]?.string == "train plain" })
        #expect(train["type"]?.string == "data")
        #expect(train.at("licenses.0.license.id")?.string == "CC-BY-4.0")
        let test = try #require(components.first { $0["name"]?.string == "test plain" })
        #expect(test.at("licenses.0.license.name")?.string == "test plain")
    }

    @Test func anotherContentHasAnotherNumber() throws {
        let fixture = try ReleaseFixture()
        let (one, same) = (try bom(fixture.report(model: "a")), try bom(fixture.report(model: "a")))
        let other = try bom(fixture.report(model: "b"))
        let number = try #require(one["serialNumber"]?.string)
        #expect(
            number.wholeMatch(
                of: /urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
            ) != nil
        )
        #expect(same["serialNumber"]?.string == number && other["serialNumber"]?.string != number)
    }
}
