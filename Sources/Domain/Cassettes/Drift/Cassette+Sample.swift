extension Cassette {
    /// Interactions to be asked again, chosen by chance among those that can be, in the order of their numbers.
    ///
    /// - Parameter count: At most; nil for all.
    /// - Throws: `Diagnostics` when an interaction is broken.
    public func sample(_ count: Int?, using random: inout some RandomNumberGenerator) throws -> [Interaction] {
        var found: [Interaction] = []
        for position in index.indices {
            let interaction = try interaction(at: position)
            if interaction.canBeAskedAgain { found.append(interaction) }
        }
        guard let count, count < found.count else { return found }
        return found.shuffled(using: &random).prefix(count).sorted { $0.number < $1.number }
    }
}
