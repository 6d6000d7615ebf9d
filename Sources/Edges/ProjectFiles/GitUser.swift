import Foundation

extension Project {
    /// Who works here, as git would write it into a commit: `GIT_AUTHOR_NAME`, then `author.name` and `user.name` of the checkout
    /// and of the user.
    ///
    /// Git itself is not needed for this, and may not be installed; what its configuration includes is not looked at.
    ///
    /// - Parameter environment: The process's own variables.
    /// - Returns: Nil when nobody is named.
    public func gitUser(_ environment: [String: String]) -> String? {
        if let name = environment["GIT_AUTHOR_NAME"], !name.isEmpty { return name }
        var files: [URL] = []
        if let folder = gitFolder() { files.append(folder.appendingPathComponent("config")) }
        if let home = environment["HOME"], !home.isEmpty {
            files.append(URL(fileURLWithPath: home + "/.gitconfig"))
            let shared = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? home + "/.config"
            files.append(URL(fileURLWithPath: shared + "/git/config"))
        }
        // A file that is not there, or not for this user to read, names nobody.
        let names = files.compactMap { try? Data(contentsOf: $0) }.map {
            GitConfiguration(String(decoding: $0, as: UTF8.self)).names
        }
        return ["author", "user"].lazy.compactMap { section in names.lazy.compactMap { $0[section] }.first }.first
    }
}

/// As much of git-config(1)'s format as a name needs.
struct GitConfiguration {
    /// `author.name` and `user.name`, by their sections; of several the last one, as in git.
    private(set) var names: [String: String] = [:]

    init(_ text: String) {
        var section = ""
        // A backslash at a line's end joins the next one to it.
        let joined = text.replacing("\r\n", with: "\n").replacing("\\\n", with: "")
        for line in joined.split(separator: "\n") {
            var line = line.drop(while: \.isWhitespace)
            if line.first == "[", let end = line.firstIndex(of: "]") {
                section = line[line.index(after: line.startIndex)..<end].lowercased()
                line = line[line.index(after: end)...]
            }
            guard section == "user" || section == "author", let sign = line.firstIndex(of: "=") else { continue }
            guard line[..<sign].trimmingCharacters(in: .whitespaces).lowercased() == "name" else { continue }
            let value = GitConfiguration.value(line[line.index(after: sign)...].trimmingCharacters(in: .whitespaces))
            if !value.isEmpty { names[section] = value }
        }
    }

    private static let escapes: [Character: Character] = ["n": "\n", "t": "\t", "b": "\u{8}"]

    /// Without quotation marks, and without a comment behind it.
    private static func value(_ text: String) -> String {
        var value = ""
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if isEscaped {
                value.append(escapes[character] ?? character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if !isQuoted, character == "#" || character == ";" {
                break
            } else {
                value.append(character)
            }
        }
        return value.trimmingCharacters(in: .whitespaces)
    }
}
