import Documents
import HopXProtocol
import Transcripts

extension ShownOutput {
    /// What an answer to `POST /execute` has beside its texts.
    ///
    /// Services list everything under `rich_outputs`, or have the first of each kind in a field of its own, or both.
    static func all(in answer: JSONObject) -> [ShownOutput] {
        var all: [ShownOutput] = []
        for item in answer["rich_outputs"]?.arrayValue ?? [] {
            guard let type = item["type"]?.stringValue, let kind = kinds[type], let value = item["data"]?[type] else {
                continue
            }
            all.append(ShownOutput(kind.rawValue, value))
        }
        for kind in RichOutput.Kind.allCases where !all.contains(where: { $0.kind == kind.rawValue }) {
            // Some services have every field, empty where nothing was shown.
            guard let value = answer[kind.rawValue], value != .null, value != "" else { continue }
            all.append(ShownOutput(kind.rawValue, value))
        }
        return all
    }

    /// By media type.
    private static let kinds: [String: RichOutput.Kind] = [
        "image/png": .png, "image/svg+xml": .svg, "text/html": .html, "text/markdown": .markdown,
        "application/json": .json, "application/vnd.dataframe+json": .dataframe, "text/plain": .result,
    ]
}
