import BulwarkAnonymity
import Foundation
import Testing

struct TextTableTests {
    private func fault(_ text: String, _ limits: TableLimits = TableLimits()) -> TableError? {
        fault(Data(text.utf8), limits)
    }

    private func fault(_ bytes: Data, _ limits: TableLimits = TableLimits()) -> TableError? {
        do throws(TableError) {
            _ = try TextTable(csv: bytes, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test func fieldsAreTakenAsTheyStand() throws {
        let table = try TextTable(
            csv: Data("\u{FEFF}a,b\n 1 ,\"x,\"\"y\"\"\r\nz\"\r\n\n,\"\"\r\n".utf8)
        )
        #expect(table.rowCount == 2)
        let (first, second) = (try #require(table.column("a")), try #require(table.column("b")))
        #expect(first[0] == " 1 " && second[0] == "x,\"y\"\r\nz")
        #expect(first[1].isEmpty && second[1].isEmpty)
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        var draws = Draws(3)
        let alphabet = Array("ab,\"\r\n äé\u{FEFF}")
        for columns in 1...3 {
            for _ in 0..<200 {
                let rows = (0..<4).map { _ in
                    (0..<columns).map { _ in
                        let count = Int.random(in: 0...4, using: &draws)
                        return (0..<count).map { _ in
                            String(alphabet[Int.random(in: 0..<alphabet.count, using: &draws)])
                        }.joined()
                    }
                }
                let names = (0..<columns).map { "\u{FEFF}c\($0)," }
                let table = Support.table(names, rows)
                let again = try TextTable(csv: table.csv)
                #expect(again.columns.map(\.name) == names)
                for row in 0..<4 {
                    for column in 0..<columns {
                        #expect(Array(again.columns[column][row].utf8) == Array(rows[row][column].utf8))
                    }
                }
            }
        }
    }

    @Test func anEmptyFieldOfASingleColumnIsNoEmptyLine() throws {
        let table = Support.table(["a"], [["x"], [""], ["y"]])
        #expect(String(decoding: table.csv, as: UTF8.self) == "a\r\nx\r\n\"\"\r\ny\r\n")
        let two = Support.table(["a", "b"], [["", ""]])
        #expect(String(decoding: two.csv, as: UTF8.self) == "a,b\r\n,\r\n")
    }

    @Test func formulasAreGuardedWhenAskedFor() {
        let table = Support.table(
            ["=a", "b"],
            [["=1+1", "+1"], ["-1", "@x"], ["\ty", "\rz"], ["a=1", ""]]
        )
        let text = String(decoding: table.withoutFormulas.csv, as: UTF8.self)
        #expect(text == "'=a,b\r\n'=1+1,'+1\r\n'-1,'@x\r\n'\ty,\"'\rz\"\r\na=1,\r\n")
        #expect(String(decoding: table.csv, as: UTF8.self).hasPrefix("=a,b\r\n=1+1,+1\r\n"))
    }

    /// To `String` these are equal; whoever reads the bytes can tell them apart.
    @Test func textsOfOtherBytesAreOtherValues() {
        #expect(TextColumn(name: "a", ["\u{E9}", "e\u{301}", "\u{E9}"]).codes == [0, 1, 0])
    }

    @Test func brokenTablesAreRefusedWithTheirPlace() {
        #expect(fault("") == .empty)
        #expect(fault("a,b\n") == .noRows)
        #expect(fault("a,\n1,2") == .unnamedColumn(column: 2))
        #expect(fault("a,a\n1,2") == .duplicateColumn(name: "a"))
        #expect(fault("a,b\n1,2\n\"x\ny\",2\n3") == .raggedRow(line: 5, found: 1, expected: 2))
        #expect(
            fault("a\n\"x") == .malformed(problem: "a quoted field has no end", line: 2, column: 1)
        )
        #expect(
            fault("a\n\"x\"y")
                == .malformed(problem: "a quoted field goes on after its quote", line: 2, column: 1)
        )
        #expect(
            fault("a,b\nx,y\"")
                == .malformed(problem: "an unquoted field has a quote in it", line: 2, column: 2)
        )
        #expect(fault("a\nx\ry") == .malformed(problem: "a line ends with CR alone", line: 2, column: 2))
        #expect(fault(Data("a,b\n1,".utf8) + [0xC3, 0x28]) == .notText(line: 2, column: 2))
    }

    @Test func limitsComeBeforeMemory() {
        #expect(fault("a\n1", TableLimits(maximumBytes: 2)) == .tooLarge(bytes: 3, maximum: 2))
        #expect(fault("a,b\n1,2", TableLimits(maximumColumns: 1)) == .tooManyColumns(line: 1, maximum: 1))
        #expect(fault("a\n1\n2", TableLimits(maximumRows: 1)) == .tooManyRows(maximum: 1))
        let limits = TableLimits(maximumFieldBytes: 3)
        #expect(fault("a\n1234", limits) == .fieldTooLong(line: 2, column: 1, maximum: 3))
        #expect(fault("a\n\"1234\"", limits) == .fieldTooLong(line: 2, column: 1, maximum: 3))
        #expect(fault("a\n\"1234", limits) == .fieldTooLong(line: 2, column: 1, maximum: 3))
        #expect(fault("a\n\"123\"", limits) == nil)
    }

    @Test func aTableThatIsCutAnywhereIsReadOrRefused() throws {
        let whole = Data("a,b\r\n\"x\"\"y\",é\r\n1,\"2\r\n3\"\r\n".utf8)
        for count in 0..<whole.count {
            _ = fault(whole.prefix(count))
        }
        #expect(fault(whole) == nil)
    }
}
