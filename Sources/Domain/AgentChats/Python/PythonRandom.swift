import Digests

/// Python's generator of random numbers, the Mersenne Twister MT19937, seeded as `random.seed` seeds it.
struct PythonRandom: Sendable {
    private var state: [UInt32]
    private var position: Int

    private static let size = 624
    private static let shift = 397

    init(seed: RandomSeed) {
        switch seed {
        case .number(let number):
            let value = number.magnitude
            let high = UInt32(truncatingIfNeeded: UInt64(value) >> 32)
            self.init(key: [UInt32(truncatingIfNeeded: value)] + (high == 0 ? [] : [high]))
        case .text(let text):
            let bytes = Array(text.utf8)
            self.init(key: PythonRandom.words(bytes + Digest.sha512(bytes)))
        }
    }

    /// Bytes of a big-endian number as words, the lowest first, without zeros at the end.
    private static func words(_ bytes: [UInt8]) -> [UInt32] {
        var words: [UInt32] = []
        for (index, byte) in bytes.reversed().enumerated() {
            if index % 4 == 0 { words.append(0) }
            words[index / 4] |= UInt32(byte) << UInt32(8 * (index % 4))
        }
        while words.count > 1, words.last == 0 { words.removeLast() }
        return words
    }

    // `init_by_array` of the reference implementation.
    private init(key: [UInt32]) {
        state = [19_650_218]
        state.reserveCapacity(PythonRandom.size)
        for index in 1..<PythonRandom.size {
            let last = state[index - 1]
            state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index))
        }
        position = PythonRandom.size
        var index = 1, keyIndex = 0
        for _ in 0..<max(PythonRandom.size, key.count) {
            let last = state[index - 1]
            state[index] =
                (state[index] ^ ((last ^ (last >> 30)) &* 1_664_525)) &+ key[keyIndex] &+ UInt32(keyIndex)
            step(&index)
            keyIndex = (keyIndex + 1) % key.count
        }
        for _ in 1..<PythonRandom.size {
            let last = state[index - 1]
            state[index] = (state[index] ^ ((last ^ (last >> 30)) &* 1_566_083_941)) &- UInt32(index)
            step(&index)
        }
        state[0] = 0x8000_0000
    }

    private mutating func step(_ index: inout Int) {
        index += 1
        guard index == PythonRandom.size else { return }
        state[0] = state[PythonRandom.size - 1]
        index = 1
    }

    private mutating func nextWord() -> UInt32 {
        if position == PythonRandom.size { refill() }
        var word = state[position]
        position += 1
        word ^= word >> 11
        word ^= (word << 7) & 0x9D2C_5680
        word ^= (word << 15) & 0xEFC6_0000
        return word ^ (word >> 18)
    }

    private mutating func refill() {
        let size = PythonRandom.size
        for index in 0..<size {
            let mixed = (state[index] & 0x8000_0000) | (state[(index + 1) % size] & 0x7FFF_FFFF)
            let twist: UInt32 = mixed & 1 == 0 ? 0 : 0x9908_B0DF
            state[index] = state[(index + PythonRandom.shift) % size] ^ (mixed >> 1) ^ twist
        }
        position = 0
    }

    /// `random.choice`: the index of one of so many.
    ///
    /// - Parameter count: From 1.
    mutating func index(below count: Int) -> Int {
        let bits = UInt32(Int.bitWidth - count.leadingZeroBitCount)
        while true {
            let drawn = Int(nextWord() >> (32 - bits))
            if drawn < count { return drawn }
        }
    }
}

/// What a program gives to Python's `random.seed`.
public enum RandomSeed: Sendable, Equatable {
    case number(Int)
    case text(String)
}
