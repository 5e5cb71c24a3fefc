import BulwarkProvenance
import Foundation
import Yams

/// What has to be shown of a model before it is released.
public struct Policy: Sendable {
    /// The name of the format, in the file's `schema`.
    public static let schema = "bulwark.policy/1"
    /// The longest policy that is read.
    public static let maximumBytes = 1 << 20

    /// The file of the trust root, from the policy's folder on.
    public let trustRoot: String
    /// The log that holds the evidence.
    public let log: Log
    /// The names of the keys that may waive a rule; nobody may if it is empty.
    public let waiverKeys: [String]
    /// The rules, in the order of the file.
    public let rules: [PolicyRule]

    /// Which log, and who signs it.
    public struct Log: Sendable, Hashable {
        /// What it calls itself.
        public let origin: String
        /// The file of its public key, from the policy's folder on.
        public let publicKey: String
        /// The keys of the witnesses who have to have signed its checkpoint.
        public let witnesses: [String]
        /// How long ago each of them may have signed last, in seconds; nil for any time.
        public let maximumAge: Int64?

        /// What keeps a checkpoint from being the newest; nil if nothing does.
        ///
        /// Somebody could put the whole log back as it was, with all signatures. Only that witnesses have signed it
        /// lately shows that this is not so.
        public func fault(of checkpoint: VerifiedCheckpoint, now: Timestamp) -> String? {
            guard let maximumAge else { return nil }
            var newest: [Data: Int64] = [:]
            for signature in checkpoint.cosignatures {
                let time = Int64(clamping: signature.time ?? 0)
                newest[signature.key.publicKey, default: time] = max(
                    time,
                    newest[signature.key.publicKey] ?? time
                )
            }
            guard let oldest = newest.values.min() else { return "no witness says when it was seen" }
            let age = now.secondsSince1970 - oldest
            guard age >= -300 else {
                return "a witness has signed it in the future: one of the clocks is wrong"
            }
            guard age > maximumAge else { return nil }
            return
                "a witness has signed it \(age / 3600) hours ago, and at most \(maximumAge / 3600) are allowed"
        }
    }

    /// Reads a policy.
    ///
    /// - Throws: `PolicyError` with line and column.
    public init(yaml: Data) throws(PolicyError) {
        guard yaml.count <= Self.maximumBytes else {
            throw PolicyError("the policy has more than \(Self.maximumBytes) bytes")
        }
        guard let text = String(validating: yaml, as: UTF8.self) else {
            throw PolicyError("the policy is not UTF-8 text")
        }
        let root = try Self.node(text)
        var settings = try PolicySettings(root, "a policy")
        let schema = try settings.text("schema")
        guard schema == Self.schema else {
            throw settings.error("the schema is '\(schema.printable)'; '\(Self.schema)' is read")
        }
        trustRoot = try settings.text("trust")
        var log = try PolicySettings(settings.take("log"), "'log'")
        self.log = Log(
            origin: try log.text("origin"),
            publicKey: try log.text("publicKey"),
            witnesses: try log.texts("witnesses"),
            maximumAge: try log.hours("maximumAgeHours")
        )
        guard self.log.maximumAge == nil || !self.log.witnesses.isEmpty else {
            throw log.error("'maximumAgeHours' is about witnesses, and there are none")
        }
        try log.finish()
        if let node = settings.takeIfPresent("waivers") {
            var waivers = try PolicySettings(node, "'waivers'")
            waiverKeys = try PolicySettings.texts(waivers.take("keys"), "keys")
            try waivers.finish()
        } else {
            waiverKeys = []
        }
        var rules: [PolicyRule] = []
        for phase in GatePhase.allCases {
            guard let node = settings.takeIfPresent(phase.rawValue) else { continue }
            var section = try PolicySettings(node, "'\(phase.rawValue)'")
            for (key, name, value) in section.takeAll() {
                guard let row = GateRuleTable.rows.first(where: { $0.name == name && $0.phase == phase })
                else {
                    let names = GateRuleTable.rows.filter { $0.phase == phase }.map(\.name)
                    throw PolicySettings.error(
                        key,
                        "there is no \(phase.rawValue) rule '\(name.printable)'; there are "
                            + names.joined(separator: ", ")
                    )
                }
                var knobs = try PolicySettings(value, "'\(name)'")
                let rule = try row.read(&knobs)
                try knobs.finish()
                rules.append(
                    PolicyRule(
                        name: name,
                        phase: phase,
                        summary: row.summary,
                        line: key.mark?.line,
                        rule: rule
                    )
                )
            }
        }
        guard rules.contains(where: { $0.phase == .security }) else {
            throw settings.error("there are no security rules, and nothing else counts without them")
        }
        self.rules = rules
        try settings.finish()
    }

    /// Makes sure that the keys that the policy names are those of a trust root: nobody else could ever speak.
    ///
    /// - Throws: `PolicyError` with the line of the rule.
    public func requireKeys(of trust: TrustRoot) throws(PolicyError) {
        let known = Set(trust.keys.map(\.name))
        func require(_ names: [String], line: Int?) throws(PolicyError) {
            guard let name = names.first(where: { !known.contains($0) }) else { return }
            throw PolicyError("the trust root has no key '\(name.printable)'", line: line, column: nil)
        }
        for rule in rules { try require(rule.rule.keyNames, line: rule.line) }
        try require(waiverKeys, line: nil)
    }

    private static func node(_ text: String) throws(PolicyError) -> Node {
        do {
            let parser = try Yams.Parser(yaml: text)
            guard let node = try parser.singleRoot() else { throw PolicyError("the policy is empty") }
            // Nodes hold their anchors only as long as there is the parser.
            try withExtendedLifetime(parser) { try refuseAnchors(node) }
            return node
        } catch let error as PolicyError {
            throw error
        } catch {
            throw syntaxError(error)
        }
    }

    private static func syntaxError(_ error: any Error) -> PolicyError {
        guard let error = error as? YamlError else { return PolicyError("\(error)") }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return PolicyError(problem.printable, line: mark.line, column: mark.column)
        case .duplicatedKeysInMapping(let duplicates, _):
            let names = duplicates.map { "'\("\($0)".printable)'" }.joined(separator: ", ")
            return PolicyError("there are keys twice: \(names)")
        default: return PolicyError("this is not YAML: \("\(error)".printable)")
        }
    }

    /// One place of a policy that stands for another could make a small file large, and nobody needs it.
    private static func refuseAnchors(_ node: Node) throws(PolicyError) {
        guard node.anchor == nil else {
            throw PolicySettings.error(node, "anchors and aliases are not read")
        }
        switch node {
        case .mapping(let mapping):
            for (key, value) in mapping {
                try refuseAnchors(key)
                try refuseAnchors(value)
            }
        case .sequence(let sequence): for element in sequence { try refuseAnchors(element) }
        case .alias: throw PolicySettings.error(node, "anchors and aliases are not read")
        case .scalar: break
        }
    }
}

/// A rule of a policy with its settings.
public struct PolicyRule: Sendable {
    /// Which rule.
    public let name: String
    /// What it is about.
    public let phase: GatePhase
    /// What it asks, as a sentence without its beginning: *the model is right often enough*.
    public let summary: String
    /// Where it stands in the policy.
    public let line: Int?
    let rule: any GateRule

    /// What it asks for in numbers and conditions.
    public var requirement: GateRequirement { rule.requirement }
}
