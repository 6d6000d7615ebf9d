import Documents
import Testing

@Suite struct JSONNumberTests {
    @Test(arguments: ["", "+1", "01", "1.", ".1", "1e", "1 ", " 1", "0x1", "NaN", "1_0", "١", "--1", "1e1.5"])
    func isNilForWhatIsNone(text: String) { #expect(JSONNumber(spelling: text) == nil) }

    @Test func keepsItsSpellingAndComparesByValue() throws {
        let spelled = try #require(JSONNumber(spelling: "1.0e2"))
        #expect(spelled.spelling == "1.0e2")
        #expect(spelled == JSONNumber(100))
        #expect(spelled.intValue == 100)
        #expect(spelled != JSONNumber(101))
    }

    /// Doubles take these for equal; the requests they stand in differ.
    @Test func comparesExactly() throws {
        let a = try #require(JSONNumber(spelling: "9007199254740993"))
        let b = try #require(JSONNumber(spelling: "9007199254740992"))
        #expect(a != b)
        let c = try #require(JSONNumber(spelling: "0.1000000000000000000001"))
        #expect(c != JSONNumber(0.1))
    }

    @Test(arguments: [(0.5, "0.5"), (3.0, "3"), (-0.0, "-0"), (1e16, "1e+16"), (1.5e-7, "1.5e-07"), (0.1, "0.1")])
    func spellsDoubles(value: Double, spelling: String) {
        #expect(JSONNumber(value)?.spelling == spelling)
        #expect(JSONNumber(spelling: spelling) != nil)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func hasNoSpellingForWhatJSONLacks(value: Double) { #expect(JSONNumber(value) == nil) }

    @Test(arguments: [("1", 1), ("-7", -7), ("1.0", 1), ("1e3", 1000), ("-0", 0)])
    func isWhole(spelling: String, value: Int) { #expect(JSONNumber(spelling: spelling)?.intValue == value) }

    @Test(arguments: ["1.5", "1e300", "1e-1", "99999999999999999999"])
    func isNotWhole(spelling: String) { #expect(JSONNumber(spelling: spelling)?.intValue == nil) }
}
