public import Documents

/// Something that code showed besides text: a figure, a table, a document.
public struct RichOutput: Sendable, Equatable {
    /// By the name of its field in an answer; figures are base64.
    public enum Kind: String, Sendable, CaseIterable { case png, html, json, dataframe, svg, markdown, result }

    public var kind: Kind
    public var value: JSONValue
    /// The library that made it, `other` for any that clients have no word for.
    public var source: String

    public init(_ kind: Kind, _ value: JSONValue, source: String = "other") {
        self.kind = kind
        self.value = value
        self.source = source
    }

    /// An item of `rich_outputs`; nil for kinds that have only a field, as clients refuse a type they do not know.
    func body(timestamp: JSONValue) -> JSONValue? {
        let (type, format): (String, String)
        switch kind {
        case .png: (type, format) = ("image/png", "base64")
        case .html: (type, format) = ("text/html", "html")
        case .json: (type, format) = ("application/json", "json")
        case .dataframe: (type, format) = ("application/vnd.dataframe+json", "json")
        case .svg, .markdown, .result: return nil
        }
        let source = ["matplotlib", "pandas", "plotly"].contains(source) ? source : "other"
        return [
            "type": .string(type), "format": .string(format), "data": [type: value],
            "metadata": ["source": .string(source)], "timestamp": timestamp,
        ]
    }
}
