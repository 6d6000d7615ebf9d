import Documents

extension Cassette {
    /// The recording that comes closest to a request: the longest shared conversation, then the fewest differences.
    ///
    /// Looks at every recording of the same operation, and so takes time in proportion to their number.
    public func nearest(
        to body: [UInt8], service: Service, operation: Operation, inputs: String?
    ) -> Miss.Nearest? {
        // Both values of a difference are shown: no secret may be in either.
        let body = Redactor().redact(body, service: service)
        let tree = (try? JSONValue(parsing: body)) ?? (body.isEmpty ? .null : .string(String(decoding: body, as: UTF8.self)))
        var best: (rank: [Int], nearest: Miss.Nearest)?
        for position in index.indices where index[position].service == service && index[position].operation == operation {
            guard let interaction = try? interaction(at: position) else { continue }
            let recorded = interaction.request.tree ?? (interaction.request.bytes.isEmpty ? .null : .string(String(decoding: interaction.request.bytes, as: UTF8.self)))
            let differences = Difference.between(recorded: recorded, now: tree)
                .filter { !header.rules.ignores($0.place, service: service) }
            let differsInInputs = interaction.inputs != inputs
            let rank = [-Cassette.sharedMessages(recorded, tree), differences.count, differsInInputs ? 1 : 0]
            if best.map({ rank.lexicographicallyPrecedes($0.rank) }) ?? true {
                best = (
                    rank,
                    .init(interaction: interaction.number, differences: differences, differsInInputs: differsInInputs)
                )
            }
        }
        return best?.nearest
    }

    private static func sharedMessages(_ a: JSONValue, _ b: JSONValue) -> Int {
        for name in ["messages", "input", "contents"] {
            if let a = a[name]?.arrayValue, let b = b[name]?.arrayValue { return zip(a, b).prefix { $0 == $1 }.count }
        }
        return 0
    }
}
