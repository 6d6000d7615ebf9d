public import Cassettes
import Digests
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
        /// By the digest of a conversation's beginning, the latest interaction that has it.
        var beginnings: [String: Int] = [:]
        scenes = try cassette.index.indices.map { position in
            let interaction = try cassette.interaction(at: position)
            let messages = CassetteStory.messages(of: interaction) ?? []
            var shared: (count: Int, with: Int)?
            var digest = interaction.service.rawValue
            for (index, message) in messages.enumerated() {
                digest = Digest.sha256Hex(Array(digest.utf8) + (CanonicalJSON.bytes(of: message) ?? message.bytes()))
                if let other = beginnings[digest] { shared = (index + 1, other) }
                beginnings[digest] = interaction.number
            }
            return Scene(
                interaction: interaction, entry: read(interaction),
                added: Array(messages.dropFirst(shared?.count ?? 0)),
                shared: shared)
        }
    }

    /// The list of messages of a request, whatever the service calls it; nil when it has none.
    private static func messages(of interaction: Interaction) -> [JSONValue]? {
        guard interaction.service.isLLM, let tree = interaction.request.tree else { return nil }
        if let text = tree["input"]?.stringValue ?? tree["prompt"]?.stringValue {
            return [["role": "user", "content": .string(text)]]
        }
        let messages = ["messages", "input", "contents"].lazy.compactMap { tree[$0]?.arrayValue }.first
        let system = tree["system"] ?? tree["instructions"] ?? tree["systemInstruction"] ?? tree["system_instruction"]
        guard let system, !system.isNull else { return messages }
        return [["role": "system", "content": system["parts"] ?? system]] + (messages ?? [])
    }
}
