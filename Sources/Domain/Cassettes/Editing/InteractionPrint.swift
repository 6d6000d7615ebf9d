import Digests
import HTTPMessages

/// What an interaction says, whenever it was said: two of equal print are the same recording.
struct InteractionPrint: Hashable {
    let key: InteractionKey
    private let digest: String

    init(_ interaction: Interaction, rules: MatchRules) {
        key = interaction.computedKey(rules)
        var text = "\(interaction.service.rawValue)\n\(interaction.operation)\n\(interaction.inputs ?? "")\n"
        let response = interaction.response
        text += "\(response.status ?? 0) \(response.end?.rawValue ?? "")\n"
        // `req_N` only repeats an interaction's number.
        for field in response.headers.fields where field.value.wholeMatch(of: /req_[0-9]+/) == nil {
            text += "\(field.name): \(field.value)\n"
        }
        var parts = [Array(text.utf8), interaction.meaning]
        switch response.content {
        case .body(let body): parts.append(body.bytes)
        case .chunks(let chunks): parts += chunks.map(\.bytes)
        case .socket(let frames):
            for frame in frames {
                let side = frame.isFromClient ? "c" : "s"
                switch frame.payload {
                case .message(.text(let text)): parts.append(Array("\(side)t\(text)".utf8))
                case .message(.binary(let bytes)): parts.append(Array("\(side)b".utf8) + bytes)
                case .close(let code): parts.append(Array("\(side)x\(code)".utf8))
                }
            }
        }
        // Digests of the parts, so that no two lists of parts look alike.
        digest = Digest.sha256Hex(parts.map { Digest.sha256Hex($0) }.joined())
    }
}
