import AgentChats
import Documents

/// Arguments of tools as texts.
enum ToolText {
    /// As Python's string formatting shows a value.
    static func shown(_ value: JSONValue) -> String { PythonText.plain(value) }

    /// A template with `{NAME}` replaced by the argument of that name, in one pass.
    static func filled(_ template: String, _ arguments: JSONObject, names: [String]) -> String {
        var result = String.UnicodeScalarView()
        var rest = template.unicodeScalars[...]
        while let scalar = rest.first {
            let found = scalar == "{" ? names.first { rest.starts(with: "{\($0)}".unicodeScalars) } : nil
            if let found {
                rest = rest.dropFirst(found.unicodeScalars.count + 2)
                result.append(contentsOf: shown(arguments[found] ?? .null).unicodeScalars)
            } else {
                result.append(scalar)
                rest.removeFirst()
            }
        }
        return String(result)
    }
}
