import BulwarkTensors
import Foundation

/// The input that samples are sent as.
struct InputTensor: Sendable {
    var name: String
    /// Whether elements are sent as FP64; as FP32 otherwise.
    var isDouble: Bool
    /// The shape of one sample.
    var sampleShape: Shape
    /// How many samples every request holds, if the model fixes that.
    var fixedBatch: Int?
}

/// The body of `POST /v2/models/NAME/infer`.
package enum InferenceRequest {
    /// JSON with the samples as one flat list, row by row.
    ///
    /// - Parameters:
    ///   - identifier: What the answer is to repeat.
    ///   - input: The input.
    ///   - samples: Samples `[N, …]`.
    ///   - rows: Which of them to send.
    ///   - count: How many to send; the last one is repeated until there are that many.
    ///   - output: The name of the output wanted; all of them if nil.
    /// - Returns: JSON.
    static func body(
        identifier: String,
        input: InputTensor,
        samples: Tensor,
        rows: Range<Int>,
        filledTo count: Int,
        output: String?
    ) -> Data {
        let shape = ([count] + input.sampleShape.dimensions).map(String.init).joined(separator: ",")
        var text = "{\"id\":\(quoted(identifier)),\"inputs\":[{\"name\":\(quoted(input.name)),"
        text += "\"datatype\":\"\(input.isDouble ? "FP64" : "FP32")\",\"shape\":[\(shape)],\"data\":["
        let size = samples.rowSize
        let elements = samples.elements
        text.reserveCapacity(text.utf8.count + count * size * 12 + 100)
        for row in 0..<count {
            let start = min(rows.lowerBound + row, rows.upperBound - 1) * size
            for position in start..<start + size {
                if row > 0 || position > start { text += "," }
                text += number(elements[position], isDouble: input.isDouble)
            }
        }
        text += "]}]"
        if let output { text += ",\"outputs\":[{\"name\":\(quoted(output))}]" }
        text += "}"
        return Data(text.utf8)
    }

    /// A number in the fewest digits that read back as exactly the same.
    ///
    /// Most JSON readers make a double of it and a float of that. For a few floats the shortest form is rounded
    /// wrongly that way; they are written as the double they are.
    package static func number(_ value: Float, isDouble: Bool) -> String {
        let exact = Double(value)
        guard !isDouble else { return exact.description }
        let shortest = value.description
        guard let read = Double(shortest), Float(read) == value else { return exact.description }
        return shortest
    }

    /// A string in JSON.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 32:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
