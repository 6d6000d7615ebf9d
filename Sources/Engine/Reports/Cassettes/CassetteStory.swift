public import Cassettes
public import Documents
public import Transcripts

/// A cassette as it is told: its interactions in order, each with what it tells of a story.
public struct CassetteStory: Sendable {
    public struct Scene: Sendable {
        public let interaction: Interaction
        /// A model's answer or a run of code; nil for what is neither.
        public let entry: Entry?
        /// Messages that the request adds to an earlier one's, or all of them.
        public let added: [JSONValue]
        /// How many messages it shares with that earlier one, and which that is.
        public let shared: (count: Int, with: Int)?
    }

    public let header: CassetteHeader
    public let file: String
    public let warnings: [Diagnostic]
    public let scenes: [Scene]

    /// - Parameter read: What an interaction tells of a story.
    /// - Throws: `Diagnostics` when an interaction is broken.
    public init(_ cassette: Cassette, reading read: (Interaction) -> Entry?) throws {
        header = cassette.header
        file = cassette.file
        warnings = cassette.warnings
        var earlier: [(number: Int, service: Service, messages: [JSONValue])] = []
        scenes = try cassette.index.indices.map { position in
            let interaction = try cassette.interaction(at: position)
            let messages = CassetteStory.messages(of: interaction) ?? []
            var shared: (count: Int, with: Int)?
            for other in earlier where other.service == interaction.service {
                let count = zip(other.messages, messages).prefix { $0 == $1 }.count
                if count > 0, count >= shared?.count ?? 1 { shared = (count, other.number) }
            }
            if !messages.isEmpty { earlier.append((interaction.number, interaction.service, messages)) }
            return Scene(
                interaction: interaction, entry: read(interaction), added: Array(messages.dropFirst(shared?.count ?? 0)),
                shared: shared)
        }
    }

    /// The list of messages of a request, whatever the service calls it; nil when it has none.
    private static func messages(of interaction: Interaction) -> [JSONValue]? {
        guard interaction.service.isLLM, let tree = interaction.request.tree else { return nil }
        if let text = tree["input"]?.stringValue ?? tree["prompt"]?.stringValue { return [["role": "user", "content": .string(text)]] }
        let messages = ["messages", "input", "contents"].lazy.compactMap { tree[$0]?.arrayValue }.first
        let system = tree["system"] ?? tree["instructions"] ?? tree["systemInstruction"] ?? tree["system_instruction"]
        guard let system, !system.isNull else { return messages }
        return [["role": "system", "content": system["parts"] ?? system]] + (messages ?? [])
    }
}
