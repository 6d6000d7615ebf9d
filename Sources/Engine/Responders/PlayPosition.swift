import Cassettes

/// What is done when all recordings of a request have been played.
public enum UsedUp: String, Sendable, CaseIterable {
    /// It is a miss.
    case error
    /// The last one is played again.
    case last
    /// They are played from the first again.
    case cycle
}

/// How far one session has played a cassette: equal requests get their recordings in recorded order.
struct PlayPosition: Sendable {
    /// One recording to be played.
    struct Choice: Sendable {
        let position: Int
        /// The first of a key's recordings is played for a second time, as its story starts over.
        let startsOver: Bool
        /// How often the key had been answered before.
        fileprivate let count: Int
    }

    private var played: [InteractionKey: Int] = [:]
    private let usedUp: UsedUp

    init(usedUp: UsedUp) { self.usedUp = usedUp }

    /// The next of a key's recordings, which stays the next; nil when there is none left.
    ///
    /// - Parameter positions: Of the key's recordings, in recorded order.
    func upcoming(of key: InteractionKey, among positions: [Int]) -> Choice? {
        let count = played[key, default: 0]
        let index: Int
        switch usedUp {
        case _ where positions.isEmpty: return nil
        case _ where count < positions.count: index = count
        case .error: return nil
        case .last: index = positions.count - 1
        case .cycle: index = count % positions.count
        }
        return Choice(position: positions[index], startsOver: usedUp == .cycle && index == 0 && count > 0, count: count)
    }

    /// Uses up what was the next recording of a key a moment ago.
    ///
    /// - Returns: False when another has used it up since.
    mutating func take(_ choice: Choice, of key: InteractionKey) -> Bool {
        guard played[key, default: 0] == choice.count else { return false }
        played[key] = choice.count + 1
        return true
    }

    /// The next of a key's recordings, used up by this; nil when there is none left.
    mutating func next(of key: InteractionKey, among positions: [Int]) -> Choice? {
        guard let choice = upcoming(of: key, among: positions) else { return nil }
        played[key] = choice.count + 1
        return choice
    }
}
