import BulwarkProvenance
import Foundation
import Testing

/// The published schemas say what the readers of claims do: no more, and no less where a schema can say it.
struct ClaimSchemaTests {
    private func schema(_ kind: ClaimSamples.Kind) throws -> SchemaCheck {
        let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        let repository = (0..<4).reduce(file) { url, _ in url.deletingLastPathComponent() }
        let url = repository.appendingPathComponent("docs/formats/claims/\(kind.name).schema.json")
        return SchemaCheck(root: try JSONReader.read(Data(contentsOf: url)))
    }

    private func isRead(_ value: JSONValue, _ kind: ClaimSamples.Kind) -> Bool {
        (try? kind.read(value)) != nil
    }

    @Test(arguments: try ClaimSamples.all())
    func everyClaimFitsItsSchema(kind: ClaimSamples.Kind) throws {
        let schema = try schema(kind)
        #expect(schema.root["$id"]?.text == "urn:bulwark:claim:\(kind.name):1")
        for value in [kind.full, kind.minimal] + kind.others {
            try kind.read(value)
            #expect(schema.accepts(value))
        }
    }

    @Test(arguments: try ClaimSamples.all())
    func aSchemaHasTheMembersThatAreWritten(kind: ClaimSamples.Kind) throws {
        let check = try schema(kind)
        func compare(_ schema: JSONValue, _ full: JSONValue, _ minimal: JSONValue?, _ place: String) {
            let schema = check.resolved(schema)
            switch full {
            case .object(let members) where schema["properties"] != nil:
                #expect(schema["properties"]?.names == full.names, "\(place)")
                #expect(schema["additionalProperties"] == .boolean(false), "\(place)")
                if let minimal, case .array(let required) = schema["required"] {
                    #expect(Set(required.compactMap(\.text)) == minimal.names, "\(place)")
                }
                for (name, member) in members {
                    guard let inner = schema["properties"]?[name.text] else { continue }
                    compare(inner, member, minimal?[name.text], "\(place).\(name.text)")
                }
            case .array(let elements):
                guard let items = schema["items"], let first = elements.first else { return }
                var other: JSONValue?
                if case .array(let less) = minimal { other = less.first }
                compare(items, first, other, "\(place)[]")
            default: break
            }
        }
        compare(check.root, kind.full, kind.minimal, kind.name)
    }

    /// Every single change to a claim is taken or refused by both; only what a schema cannot say, because it is
    /// about two members at once, the reader alone refuses.
    @Test(arguments: try ClaimSamples.all())
    func schemaAndReaderAgreeOnEveryChange(kind: ClaimSamples.Kind) throws {
        let schema = try schema(kind)
        var (count, refused) = (0, 0)
        for value in [kind.full, kind.minimal] + kind.others {
            for changed in Self.changes(of: value) {
                count += 1
                let isAccepted = schema.accepts(changed)
                do {
                    try kind.read(changed)
                    #expect(isAccepted, "\(String(decoding: CanonicalJSON.write(changed), as: UTF8.self))")
                } catch ClaimError.impossible(_, let problem) where Self.isBetweenMembers(problem) {
                    refused += 1
                } catch {
                    refused += 1
                    #expect(
                        !isAccepted,
                        "\(error): \(String(decoding: CanonicalJSON.write(changed), as: UTF8.self))"
                    )
                }
            }
        }
        #expect(count > 100 && refused > count / 2)
    }

    private static func isBetweenMembers(_ problem: String) -> Bool {
        [
            "outside of its interval", "is before", "is not after", "listed twice", "below the worst case",
            "without a proof",
        ]
        .contains { problem.contains($0) }
    }

    /// What takes the place of a value.
    private static let replacements: [JSONValue] = [
        .null, .boolean(true), .number(-1), .number(0), .number(0.5), .number(1), .number(11), .number(1e16),
        .string(""), .string("x"), .string("pass"), .string("fail"), .string("robust"), .string("dangerous"),
        .string("waived"), .string("0"), .string("+1"), .string("01"), .string("18446744073709551615"),
        .string("18446744073709551616"), .string("2025-02-29T00:00:00Z"), .string("2024-02-29T00:00:00Z"),
        .string("2026-04-31T00:00:00Z"), .string("0000-01-01T00:00:00Z"), .string("2026-01-01T24:00:00Z"),
        .string("2026-01-01T00:00:00+00:00"), .string(String(repeating: "A", count: 64)),
        .string(String(repeating: "a", count: 64)), .string("0000000g"), .string("../x"), .string("a//b"),
        .string("/a"), .string("a/.."), .string("..."),
        .array([]), .array([.string("x")]), .array([.number(1)]), .object([]), .object([("a", .string("b"))]),
        .object([("a", .number(1))]),
    ]

    /// The value with one place of it changed, removed or added to.
    private static func changes(of value: JSONValue) -> [JSONValue] {
        var changes = replacements.filter { $0 != value }
        switch value {
        case .object(let members):
            var more = members
            more[ExactString("zz")] = .number(1)
            changes.append(.object(more))
            for (name, member) in members {
                var other = members
                other[name] = nil
                changes.append(.object(other))
                for inner in Self.changes(of: member) {
                    other[name] = inner
                    changes.append(.object(other))
                }
            }
        case .array(let elements):
            changes.append(.array([]))
            changes.append(.array(elements + elements))
            for (place, element) in elements.enumerated() {
                for inner in Self.changes(of: element) {
                    var other = elements
                    other[place] = inner
                    changes.append(.array(other))
                }
            }
        default: break
        }
        return changes
    }
}
