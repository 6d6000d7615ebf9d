import Documents
import TextConditions

/// Puts a scenario's file together with those that it extends.
struct ScenarioComposition {
    /// Hands out a file's bytes; called with paths as the user would type them.
    let read: (String) throws -> [UInt8]
    private static let depthLimit = 8

    init(_ read: @escaping (String) throws -> [UInt8]) { self.read = read }

    /// - Returns: The whole scenario as one document.
    /// - Throws: `Diagnostics`.
    func document(_ bytes: [UInt8], file: String, problems: inout [Diagnostic]) throws -> LocatedNode {
        try document(bytes, file: file, below: [], problems: &problems)
    }

    private func document(
        _ bytes: [UInt8], file: String, below: [String], problems: inout [Diagnostic]
    ) throws -> LocatedNode {
        let root = try ScenarioReader.header.open(
            bytes, file: file, content: "name, agents, conversation", problems: &problems)
        guard let node = root["extends"] else { return root }
        func refuse(_ message: String, expected: String, fix: String? = nil) -> Diagnostics {
            Diagnostics(problems + [Diagnostic(file: file, at: node.place, message, expected: expected, fix: fix)])
        }
        guard let path = node.words, !path.hasPrefix("/") else {
            throw refuse("extends cannot be \(node.shown)", expected: "a file's path, as seen from this file's folder")
        }
        let base = ScenarioComposition.path(path, from: file)
        guard base != file, !below.contains(base) else {
            throw refuse("\(quoted(path)) extends this file itself", expected: "a file that does not lead back here")
        }
        guard below.count < Self.depthLimit else {
            throw refuse("too many files extend each other", expected: "\(Self.depthLimit) at most")
        }
        let found: [UInt8]
        do {
            found = try read(base)
        } catch {
            throw refuse("\(base) cannot be read: \(error)", expected: "a file that is there")
        }
        let parent = try document(found, file: base, below: below + [file], problems: &problems).located(in: base)
        // Two kinds of conversation cannot be joined.
        let kind = root["conversation"]?.members?.first?.name
        let changesKind = kind != parent["conversation"]?.members?.first?.name
        let other = root["conversation"] != nil ? "drive" : root["drive"] != nil ? "conversation" : ""
        return root.removing("extends").extending(
            parent.removing(other), replacing: changesKind ? ["conversation"] : [])
    }

    /// A path as seen from a file's folder, without `.` and `..` where they can be resolved.
    private static func path(_ path: String, from file: String) -> String {
        var parts = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().map(String.init)
        for part in path.split(separator: "/") {
            switch part {
            case ".": continue
            case ".." where parts.last.map { $0 != ".." && !$0.isEmpty } ?? false: parts.removeLast()
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}
