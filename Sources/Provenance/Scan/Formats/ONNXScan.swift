/// ONNX models (onnx.proto3): where tensor data lie, which domains operators come from, and sizes.
enum ONNXScan {
    private static let domains: Set<String> = [
        "", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview", "ai.onnx.preview.training",
        "com.microsoft", "com.microsoft.nchwc", "com.ms.internal.nhwc",
    ]
    private static let pythonOperators: Set<String> = [
        "PyOp", "PythonOp", "PythonOpGrad", "PyFunc", "PyCustomOp",
    ]

    static func scan(_ bytes: ScanBytes, in session: inout ScanSession) {
        var walk = Walk(session: session)
        walk.message(bytes, .model, depth: 0)
        if !walk.isOver {
            for (domain, name) in walk.customOperators.sorted(by: <) where !walk.functions.contains(domain) {
                let what = "the operator \(ScanText.shown(name)) of the domain \(ScanText.shown(domain))"
                walk.session.report(.onnxDomain, .suspicious, what)
            }
        }
        session = walk.session
    }

    /// The messages that are looked into.
    private enum Message {
        case model, graph, node, attribute, tensor, sparse, entry, function, leaf

        func inner(_ field: UInt64) -> Message? {
            switch (self, field) {
            case (.model, 7): .graph
            case (.model, 20): .leaf
            case (.model, 25): .function
            case (.function, 7): .node
            case (.graph, 1): .node
            case (.graph, 5): .tensor
            case (.graph, 15): .sparse
            case (.node, 5): .attribute
            case (.attribute, 5), (.attribute, 10): .tensor
            case (.attribute, 6), (.attribute, 11): .graph
            case (.attribute, 22), (.attribute, 23): .sparse
            case (.sparse, 1), (.sparse, 2): .tensor
            default: nil
            }
        }
    }

    private struct Walk {
        var session: ScanSession
        var fields = 0
        var isOver = false
        var customOperators: [String: String] = [:]
        var functions: Set<String> = []

        init(session: ScanSession) { self.session = session }

        mutating func message(_ bytes: ScanBytes, _ kind: Message, depth: Int) {
            guard depth < 64 else { return stop("messages are nested too deep") }
            var iterator = ProtobufFields(bytes)
            var texts: [UInt64: String] = [:]
            var tensor = TensorHeader()
            while let field = iterator.next() {
                fields += 1
                guard fields <= session.limits.maximumFields else { return stop("too many fields") }
                guard !isOver else { return }
                if kind == .tensor { tensor.add(field, &session) }
                if let content = field.content, let inner = kind.inner(field.number) {
                    message(content, inner, depth: depth + 1)
                } else if let content = field.content, kind == .node || kind == .function,
                    [1, 3, 4, 7, 10].contains(field.number), content.count <= 1 << 12
                {
                    texts[field.number] = content.text ?? "?"
                } else if let content = field.content, kind == .model, field.number == 14 {
                    metadata(content)
                }
            }
            if iterator.isBroken { session.report(.onnxStructure, .suspicious, "a message is broken") }
            switch kind {
            case .node: node(name: texts[4] ?? "", domain: texts[7] ?? "")
            case .function: functions.insert(texts[10] ?? "")
            case .tensor: tensor.check(&session)
            default: break
            }
        }

        private mutating func stop(_ what: String) {
            isOver = true
            session.report(.limit, .suspicious, what)
        }

        private mutating func node(name: String, domain: String) {
            if pythonOperators.contains(name) {
                let what = "the operator \(ScanText.shown(name)) of the domain \(ScanText.shown(domain))"
                session.report(.onnxOperator, .dangerous, what)
            } else if !domains.contains(domain), customOperators.count < 1_000 {
                customOperators[domain] = customOperators[domain] ?? name
            }
        }

        private mutating func metadata(_ bytes: ScanBytes) {
            for field in ProtobufFields(bytes) {
                guard let text = field.content?.text, text.utf8.count <= 1 << 20 else { continue }
                MetadataText.check(text, at: "metadata", isWholeFile: false, in: &session)
            }
        }
    }
}
