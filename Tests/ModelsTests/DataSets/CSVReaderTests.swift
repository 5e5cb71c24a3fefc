import BulwarkModels
import BulwarkTensors
import Foundation
import Testing

struct CSVReaderTests {
    private static func read(_ text: String, label: String? = nil) throws -> DataSet {
        try CSVReader.read(Data(text.utf8), labelColumn: label)
    }

    @Test func readsNumbersAndNumericLabels() throws {
        let table = try Self.read("a,b,label\n1,2.5,0\n-3e-2,+4.,2\n.5,1E3,1")
        #expect(table.inputs == Tensor([3, 2], [1, 2.5, -0.03, 4, 0.5, 1000]))
        #expect(table.labels == [0, 2, 1])
        #expect(table.featureNames == ["a", "b"])
        #expect(table.classNames == nil)
        #expect(table.kind == .tabular)
    }

    @Test func namesBecomeClassesInTheOrderOfTheirCodePoints() throws {
        let table = try Self.read("a,class\n1,b\n2,é\n3,B\n4,b\n5,10\n")
        #expect(table.classNames == ["10", "B", "b", "é"])
        #expect(table.labels == [2, 3, 1, 2, 0])
        #expect(table.notes.contains("labels are positions in the sorted names of 4 classes"))
    }

    @Test func readsQuotedFieldsLineBreaksAndMarks() throws {
        let text =
            "\u{FEFF}\"first, of \"\"two\"\"\", b ,class\r\n\r\n\"1\" , 2\t,\"yes\r\nand \"\"no\"\"\"\r\n3,4,no\r\n\n"
        let table = try Self.read(text)
        #expect(table.featureNames == ["first, of \"two\"", "b"])
        #expect(table.inputs == Tensor([2, 2], [1, 2, 3, 4]))
        #expect(table.classNames == ["no", "yes\r\nand \"no\""])
        #expect(table.labels == [1, 0])
    }

    @Test(
        arguments: [
            ("y,label,Class,t", nil, [1]), ("y,f,Class,t", nil, [2]), ("f,TARGET,y,t", nil, [1]),
            ("a,Y,b,c", nil, [1]),
            ("a,b,c,d", nil, [3]), ("a,b,c,d", "b", [1]), ("a,b,c,d", "1", [0]), ("4,3,x,1", "4", [0]),
        ] as [(String, String?, [Int])]
    )
    func findsTheLabelColumn(header: String, wanted: String?, expected: [Int]) throws {
        let table = try Self.read("\(header)\n0,1,2,3\n", label: wanted)
        #expect(table.labels == expected)
        #expect(table.featureNames?.count == 3)
    }

    @Test func refusesAColumnThatIsMissingOrAmbiguous() throws {
        #expect(try thrownFault { _ = try Self.read("a,b\n1,2\n", label: "c") } == .missingColumn("c"))
        #expect(try thrownFault { _ = try Self.read("a,b\n1,2\n", label: "0") } == .missingColumn("0"))
        #expect(try thrownFault { _ = try Self.read("a,b\n1,2\n", label: "3") } == .missingColumn("3"))
        #expect(try thrownFault { _ = try Self.read("a,b,a\n1,2,0\n", label: "a") } == .ambiguousColumn("a"))
    }

    @Test func saysWhereACellIsWrong() throws {
        let start = "height,width,label\n1,2,0\n\n"
        func place(_ rest: String) throws -> DataSetError {
            try thrownError { _ = try Self.read(start + rest) }
        }
        let missing = try place("1,,0\n")
        #expect(missing.fault == .missingValue)
        #expect(missing.place == .init(line: 4, column: 2, columnName: "width"))
        let word = try place("1,2,0\nx,2,1\n")
        #expect(word.fault == .notANumber)
        #expect(word.place == .init(line: 5, column: 1, columnName: "height"))
        #expect(word.description == "line 5, column 1 ('height'): the cell is not a decimal number")
        let label = try place("1,2,\n")
        #expect(label.fault == .missingValue)
        #expect(label.place.column == 3)
        let short = try place("1,2\n")
        #expect(short.fault == .raggedRow(found: 2, expected: 3))
        #expect(short.place.line == 4)
        #expect(try place("1,2,3,4\n").fault == .raggedRow(found: 4, expected: 3))
        let afterBreak = try place("\"1\n\",2,0\n1,2,0\n")
        #expect(afterBreak.place.line == 4)
    }

    @Test(arguments: [
        "nan", "NaN", "inf", "-Infinity", "0x10", "1_000", "1e", "--1", "1 2", "e", ".", "1,5", "१",
    ])
    func refusesWhatIsNoDecimalNumber(cell: String) throws {
        let quoted = "a,label\n\"\(cell)\",0\n"
        #expect(try thrownFault { _ = try Self.read(quoted) } == .notANumber)
    }

    @Test func numbersAreRoundedOnceToDoubleAndThenToFloat() throws {
        var random = SeededRandom(seed: 3, stream: "decimal numbers")
        var cells = [
            "-0", "-0.0", "00012.50", "7.", ".5", "999999999999999", "0.000000000000001", "1234567890123456",
        ]
        for _ in 0..<2000 {
            let digits = String(random.next() >> UInt64.random(in: 0..<60, using: &random))
            let point = digits.index(
                digits.startIndex,
                offsetBy: Int.random(in: 0...digits.count, using: &random)
            )
            cells.append((Bool.random(using: &random) ? "-" : "") + digits[..<point] + "." + digits[point...])
        }
        let table = try Self.read("f,label\n" + cells.map { "\($0),0\n" }.joined())
        for (cell, value) in zip(cells, table.inputs.elements) {
            // The standard library reads ".5" and "7." too, and rounds correctly.
            #expect(value.bitPattern == Float(try #require(Double(cell))).bitPattern, "\(cell)")
        }
    }

    @Test func refusesNumbersTooLargeForAFloat() throws {
        #expect(try thrownFault { _ = try Self.read("a,label\n1e39,0\n") } == .notFinite)
        #expect(try thrownFault { _ = try Self.read("a,label\n1e999,0\n") } == .notFinite)
        #expect(try Self.read("a,label\n3.4e38,0\n").inputs == Tensor([1, 1], [3.4e38]))
    }

    @Test func numericLabelsAreWholeAndNotNegative() throws {
        let whole = try Self.read("a,label\n1,0.0\n1,2e0\n")
        #expect(whole.labels == [0, 2])
        #expect(whole.notes.contains("labels written as whole floating-point numbers"))
        let fraction = try thrownError { _ = try Self.read("a,label\n1,0\n1,0.5\n") }
        #expect(fraction.fault == .fractionalLabel)
        #expect(fraction.place == .init(line: 3, column: 2, columnName: "label"))
        #expect(try thrownFault { _ = try Self.read("a,label\n1,-1\n1,1\n") } == .negativeLabel)
        #expect(try thrownFault { _ = try Self.read("a,label\n1,1e300\n") } == .fractionalLabel)
    }

    @Test func refusesTablesWithoutHeaderRowsOrColumns() throws {
        #expect(try thrownFault { _ = try Self.read("") } == .noSamples)
        #expect(try thrownFault { _ = try Self.read("\n\r\n") } == .noSamples)
        #expect(try thrownFault { _ = try Self.read("a,label\n") } == .noSamples)
        #expect(try thrownFault { _ = try Self.read("a;label\n1;0\n") } == .tooFewColumns)
        #expect(try thrownFault { _ = try Self.read("5.1,3.5,0\n4.9,3.0,0\n") } == .missingHeader)
        #expect(try Self.read("0,1,2\n4.9,3.0,0\n").featureNames == ["0", "1"])
    }

    @Test(arguments: [
        "a,label\n\"1,0\n", "a,label\n\"1\"2,0\n", "a,label\n1\"2,0\n", "a,label\r1,0\r", "a,label\n1,0\rx",
    ])
    func refusesBrokenQuotesAndLineEnds(text: String) throws {
        let found = try thrownFault { _ = try Self.read(text) }
        guard case .malformed = found else {
            Issue.record("\(found) is not about the form")
            return
        }
    }

    @Test func refusesTextThatIsNotUTF8() throws {
        #expect(throws: DataSetError.self) {
            try CSVReader.read(Data([0x61, 0xFF, 0x2C, 0x62, 10, 0x31, 0x2C, 0x31]))
        }
        #expect(throws: DataSetError.self) { try CSVReader.read(Data("a,label\n1,".utf8) + [0xFF]) }
    }

    @Test func theLimitsOnRecordsAndElementsHold() throws {
        var limits = ReadLimits()
        limits.maximumRecordBytes = 20
        for text in [
            "a,label\n\(String(repeating: "1", count: 30)),0\n",
            "a,label\n\"\(String(repeating: "1", count: 30))\",0\n",
        ] {
            #expect(throws: DataSetError.self) { try CSVReader.read(Data(text.utf8), limits: limits) }
        }
        limits.maximumElements = 3
        #expect(
            try thrownFault { _ = try CSVReader.read(Data("a,b,label\n1,2,0\n1,2,0\n".utf8), limits: limits) }
                == .overLimit(.elements, found: 4, maximum: 3)
        )
    }

    @Test func aColumnWithoutANameIsNoted() throws {
        let table = try Self.read(",a,label\n0,5,1\n1,6,0\n")
        #expect(table.notes.contains("column 1 has no name and was read as a feature"))
    }
}
