import Documents
import LLMProtocols
import Testing

@Suite struct EmbeddingVectorTests {
    @Test(arguments: [1, 2, 3, 768, 1536, 3072])
    func vectorsHaveLengthOne(dimensions: Int) {
        let values = EmbeddingVector(text: "a text", dimensions: dimensions).values
        #expect(values.count == dimensions)
        let length = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(abs(length - 1) < 1e-6)
    }

    /// Worked out by another implementation of the same steps. Vectors stand in recordings, so they must not change.
    @Test func aTextHasItsVectorForGood() {
        #expect(
            EmbeddingVector(text: "hello", dimensions: 4).values == [-0.48494452, -0.49463993, 0.3578958, 0.62615556])
    }

    @Test(arguments: [("a", "b"), ("", " "), ("\u{E9}", "e\u{301}"), ("king", "queen")])
    func otherTextsPointElsewhere(a: String, b: String) {
        let (a, b) = (EmbeddingVector(text: a, dimensions: 1024), EmbeddingVector(text: b, dimensions: 1024))
        let cosine = zip(a.values, b.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(cosine) < 0.15)
    }

    @Test func theJSONReadsAsTheSameNumbers() throws {
        let vector = EmbeddingVector(text: "hello", dimensions: 300)
        let items = try #require(try JSONValue(parsing: vector.json.bytes()).arrayValue)
        #expect(items.map { $0.doubleValue.map(Float.init) } == vector.values)
    }
}
