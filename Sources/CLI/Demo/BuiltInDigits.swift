import BulwarkModels
import BulwarkTensors
import Foundation

/// The handwritten digits that the package ships.
///
/// "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak (1998), UCI Machine Learning
/// Repository, doi:10.24432/C50P49, CC BY 4.0: the 1,797 test images of 8×8 pixels with values from 0 to 16.
enum BuiltInDigits {
    /// The images scaled to 0…1, `[1797, 1, 8, 8]`, with their digits.
    static func load() throws -> DataSet {
        let archive = try NPZReader(Data(PackageResources.optdigits_npz))
        let pixels = try archive.tensor(named: "x")
        return try DataSet(
            inputs: pixels.map { $0 / 16 },
            labels: archive.array(named: "y").labels(),
            notes: ["UCI Optical Recognition of Handwritten Digits (CC BY 4.0), pixels divided by 16"]
        )
    }

    /// A data set as an `.npz` file.
    static func archive(_ data: DataSet) throws -> Data {
        var writer = NPZWriter()
        try writer.add(data.inputs, named: "x")
        try writer.add(data.labels, named: "y")
        return writer.archive()
    }
}
