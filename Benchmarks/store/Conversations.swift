import Transcripts

/// Made-up conversations, the same for the same numbers: 20 messages each, of texts that occur ten times on average.
struct Conversations {
    static let length = 20
    /// How many different texts there are.
    let textCount: Int
    private let words: [String]
    /// How often words are used falls with their rank, as in languages.
    private static let wordCount = 20_000

    init(messages: Int) {
        textCount = max(1, messages / 10)
        var random = SplitMix(state: 1)
        let letters = Array("etaoinshrdlucmfw")
        words = (0..<Conversations.wordCount).map { rank in
            String((0..<(3 + rank % 7)).map { _ in letters[Int(random.next() % 16)] }) + String(rank, radix: 36)
        }
    }

    /// A word that one text in some thousands has, and one that most have.
    var rareWord: String { words[Conversations.wordCount * 3 / 4] }
    func word(rank: Int) -> String { words[rank] }

    func transcript(_ number: Int) -> Transcript {
        var random = SplitMix(state: UInt64(number) &* 0x9E37_79B9)
        var time = 0.0
        let entries = (0..<Conversations.length).map { index in
            let text = text(Int(random.next() % UInt64(textCount)))
            time += Double(random.next() % 1_000_000) / 1_000_000
            let isUser = index % 2 == 0
            return Entry(
                turn: index + 1,
                kind: .message(
                    MessageSent(
                        speaker: isUser ? "user_proxy" : "assistant", recipient: isUser ? "assistant" : "user_proxy",
                        text: text)),
                timing: Timing(start: time))
        }
        return Transcript(subject: "conversation", entries: entries)
    }

    /// 376 bytes on average, as texts of such conversations have.
    func text(_ number: Int) -> String {
        var random = SplitMix(state: UInt64(number) &+ 0xDEAD_BEEF)
        let length = 100 + Int(random.next() % 553)
        var text = ""
        text.reserveCapacity(length + 16)
        while text.utf8.count < length {
            // The square of an even draw: small ranks are frequent.
            let draw = Double(random.next() >> 11) * 0x1p-53
            text += words[Int(draw * draw * draw * Double(Conversations.wordCount))]
            text += " "
        }
        return text + String(number)
    }
}

/// Numbers that are the same each time.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
