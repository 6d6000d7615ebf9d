/// Paths inside a sandbox.
public enum SandboxPath {
    /// Where code runs and relative paths start.
    public static let root = "/workspace"

    /// The absolute path, without `.`, `..` and empty segments; relative ones start at `/workspace`.
    public static func absolute(_ path: String) -> String {
        // By bytes, as the system reads paths: in Swift a slash and an accent after it are one character, and no slash.
        let slash = UInt8(ascii: "/")
        var segments: [String] = path.utf8.first == slash ? [] : [String(root.dropFirst())]
        for segment in path.utf8.split(separator: slash).map({ String(Substring($0)) }) {
            switch segment {
            case ".": break
            case "..": _ = segments.popLast()
            default: segments.append(segment)
            }
        }
        return "/" + segments.joined(separator: "/")
    }

    /// True for the path itself and everything below it.
    public static func contains(_ parent: String, _ path: String) -> Bool {
        parent == "/" || path.utf8.elementsEqual(parent.utf8) || path.utf8.starts(with: (parent + "/").utf8)
    }
}
