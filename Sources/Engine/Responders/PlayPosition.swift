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
        /// The first of a key's recordings is played for a second time.
        let startsOver: Bool
    }

    private var played: [InteractionKey: Int] = [:]
    private let usedUp: UsedUp

    init(usedUp: UsedUp) { self.usedUp = usedUp }

    /// The next of a key's recordings, used up by this; nil when there is none left.
    ///
    /// - Parameter positions: Of the key's recordings, in recorded order.
    mutating func next(of key: InteractionKey, among positions: [Int]) -> Choice? {
        let count = played[key, default: 0]
        let index: Int
        switch usedUp {
        case _ where positions.isEmpty: return nil
        case _ where count < positions.count: index = count
        case .error: return nil
        case .last: index = positions.count - 1
        case .cycle: index = count % positions.count
        }
        played[key] = count + 1
        return Choice(position: positions[index], startsOver: index == 0 && count > 0)
    }

    /// How often a key has been asked for and answered.
    func count(of key: InteractionKey) -> Int { played[key, default: 0] }
}
