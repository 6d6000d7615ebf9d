import Digests
public import Documents

/// A vector of length 1 that depends on a text only: bit for bit the same on every machine.
///
/// Its direction says nothing of what the text means: equal texts have equal vectors, and any two others are about
/// at right angles.
public struct EmbeddingVector: Sendable, Equatable {
    public let values: [Float]

    /// - Parameters:
    ///   - text: Taken by its UTF-8.
    ///   - dimensions: At least 1. Fewer of them are not the beginning of more, since each vector has length 1.
    public init(text: String, dimensions: Int) {
        precondition(dimensions > 0, "a vector has at least one dimension")
        var state = Digest.sha256(Array(text.utf8)).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // Odd whole numbers: none is 0, and the sum of their squares is exact. Division and square root round the
        // same way everywhere (IEEE 754), which logarithms and sines need not.
        let numbers = (0..<dimensions).map { _ in Int(EmbeddingVector.next(&state) >> 48) * 2 - 0xFFFF }
        let length = Double(numbers.reduce(0) { $0 + $1 * $1 }).squareRoot()
        values = numbers.map { Float(Double($0) / length) }
    }

    /// An array of numbers in their shortest spelling.
    public var json: JSONValue {
        // Every finite Float is spelled as JSON spells numbers.
        .array(values.map { value in JSONNumber(spelling: "\(value)").map(JSONValue.number) ?? 0 })
    }

    /// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
    private static func next(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
