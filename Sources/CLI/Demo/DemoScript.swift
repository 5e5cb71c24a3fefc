/// The commands of the demo, in order.
package struct DemoScript {
    let seed: UInt64
    let threads: Int
    let backend: String
    let isQuiet: Bool

    /// The script with the options that the demo was given.
    package init(seed: UInt64, threads: Int, backend: String, isQuiet: Bool) {
        (self.seed, self.threads, self.backend, self.isQuiet) = (seed, threads, backend, isQuiet)
    }

    /// Some commands with what they show.
    package struct Chapter {
        let title: String
        package let steps: [Step]
    }

    /// Something that is done in the demo's folder.
    package enum Step {
        /// `bulwark` with arguments, in a folder within the demo's, which ends with a status.
        case command([String], folder: String = ".", status: Int32 = 0, takesJSON: Bool = true)
        /// Files that are given to somebody else.
        case copy([String], to: String)
        /// One bit of a file is changed.
        case flip(String, byte: Int)

        /// The arguments of a command; nil for what is none.
        ///
        /// - Parameter printsJSON: Whether the results are wanted as JSON, from the commands that have it.
        /// - Returns: What comes after `bulwark`.
        package func arguments(printingJSON printsJSON: Bool) -> [String]? {
            guard case .command(let arguments, _, _, let takesJSON) = self else { return nil }
            return arguments + (printsJSON && takesJSON ? ["--json"] : [])
        }
    }

    package var chapters: [Chapter] {
        [
            Chapter(title: "Keys, whose word counts for what, and an empty log", steps: keys),
            Chapter(title: "Data and a network, with statements of where they come from", steps: model),
            Chapter(
                title: "What the network withstands: every pixel may move by 0.1",
                steps: assessed("natural")
            ),
            Chapter(
                title: "May it be released? The policy in bulwark.yaml says no",
                steps: [gate("natural", status: 1)]
            ),
            Chapter(title: "The same network, trained on what attacks make of its samples", steps: hardened),
            Chapter(title: "What the hardened network withstands", steps: assessed("hardened")),
            Chapter(title: "May this one be released?", steps: [gate("hardened", status: 0), report]),
            Chapter(title: "Somebody else, in another folder, with public keys only", steps: auditor),
            Chapter(title: "One bit of the model changes on the way", steps: tampered),
        ]
    }

    private static let log = ["--evidence", "evidence", "--evidence-key", "keys/pipeline.pem"]

    private var computing: [String] {
        ["--seed", "\(seed)", "--threads", "\(threads)"]
            + (backend == "onednn" ? [] : ["--backend", backend])
            + (isQuiet ? ["--quiet"] : [])
    }

    private var keys: [Step] {
        let made = [("pipeline", "ed25519"), ("owner", "ecdsa-p256"), ("reviewer", "ecdsa-p256")]
        let trusted = ["dataset", "training", "hardening", "scan", "assessment"].flatMap {
            ["--allow", "\($0)=pipeline"]
        }
        return made.map { name, algorithm in
            .command([
                "key", "create", "--output", "keys/\(name).pem", "--algorithm", algorithm, "--no-passphrase",
            ])
        } + [
            .command(
                ["trust", "create", "--output", "trust.json"]
                    + made.flatMap { ["--key", "\($0.0)=keys/\($0.0).pub.pem"] } + trusted
                    + ["--allow", "model-signature=owner", "--allow", "approval=reviewer"],
                takesJSON: false
            ),
            .command(
                [
                    "log", "init", "evidence", "--origin", "example.com/bulwark-demo", "--private-key",
                    "keys/pipeline.pem",
                ],
                takesJSON: false
            ),
        ]
    }

    private var model: [Step] {
        let data = ["digits-train", "digits-test"].map { name in
            Step.command(
                [
                    "data", "sign", "\(name).npz", "--source",
                    "Optical Recognition of Handwritten Digits, UCI Machine Learning Repository",
                    "--collector",
                    "E. Alpaydin and C. Kaynak", "--licence", "CC-BY-4.0", "--private-key",
                    "keys/pipeline.pem",
                ] + Self.log,
                takesJSON: false
            )
        }
        return data + [
            .command(
                [
                    "train", "--data", "digits-train.npz", "--architecture", "cnn", "--epochs", "15",
                    "--hold-out",
                    "0", "--output", "natural.onnx",
                ] + computing + Self.log
            )
        ]
    }

    private var hardened: [Step] {
        [
            .command(
                [
                    "harden", "natural.onnx", "--data", "digits-train.npz", "--method",
                    "adversarial-training",
                    "--epsilon", "0.1", "--epochs", "30", "--output", "hardened.onnx",
                ] + computing + Self.log
            )
        ]
    }

    /// What has to be known of a model, whatever it is.
    private func assessed(_ name: String) -> [Step] {
        let against = name == "hardened" ? ["--trained-against", "pgd"] : []
        return [
            .command(["sign", "\(name).onnx", "--private-key", "keys/owner.pem"] + Self.log),
            .command(["scan", "\(name).onnx"] + Self.log),
            .command(
                [
                    "assess", "\(name).onnx", "--data", "digits-test.npz", "--reference", "digits-train.npz",
                    "--surrogate-data", "digits-train.npz", "--epsilon", "0.1",
                ] + against + ["--output", name] + computing + Self.log
            ),
            .command(
                [
                    "claim", "approve", "\(name).onnx", "--role", "review", "--reason",
                    "read \(name)/report.html",
                    "--private-key", "keys/reviewer.pem", "--log", "evidence", "--log-key",
                    "keys/pipeline.pem",
                ],
                takesJSON: false
            ),
        ]
    }

    private func gate(_ name: String, folder: String = ".", status: Int32) -> Step {
        .command(
            ["gate", "--policy", "bulwark.yaml", "--log", "evidence", "--model", "\(name).onnx"],
            folder: folder,
            status: status
        )
    }

    private var report: Step {
        .command([
            "report", "--policy", "bulwark.yaml", "--log", "evidence", "--model", "hardened.onnx", "--output",
            "release",
        ])
    }

    private var auditor: [Step] {
        [
            .copy(
                [
                    "hardened.onnx", "hardened.onnx.sig", "evidence", "trust.json", "bulwark.yaml",
                    "keys/pipeline.pub.pem", "keys/owner.pub.pem",
                ],
                to: "auditor"
            ),
            verification(status: 0),
            .command(
                ["log", "verify", "evidence", "--public-key", "keys/pipeline.pub.pem"],
                folder: "auditor"
            ),
            gate("hardened", folder: "auditor", status: 0),
        ]
    }

    private var tampered: [Step] {
        [
            .flip("auditor/hardened.onnx", byte: 4000), verification(status: 77),
            gate("hardened", folder: "auditor", status: 1),
        ]
    }

    private func verification(status: Int32) -> Step {
        .command(
            ["verify", "hardened.onnx", "--public-key", "keys/owner.pub.pem"],
            folder: "auditor",
            status: status
        )
    }

    /// Where to go on.
    static func farewell(_ folder: String) -> String {
        """

        Done. In \(folder):
          natural/report.html    what broke the network that was trained as usual
          hardened/report.html   what is left of that after hardening
          release/release.html   the release with its evidence, for whoever decides
          evidence               the log: bulwark log show evidence --public-key keys/pipeline.pub.pem
          bulwark.yaml           the policy; what the gate demands can be changed and tried
        """
    }
}
