import Foundation

extension Project {
    /// Who works here, as git would write it into a commit: `GIT_AUTHOR_NAME`, or `user.name` of the checkout, then of the user.
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
        return files.lazy.compactMap { file in
            (try? Data(contentsOf: file)).flatMap { GitConfiguration(String(decoding: $0, as: UTF8.self)).userName }
        }.first
    }
}

/// As much of git-config(1)'s format as a name needs.
struct GitConfiguration {
    /// `user.name`, the last one as in git; nil when there is none.
    private(set) var userName: String?

    init(_ text: String) {
        var section = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.hasPrefix("[") {
                section = line.dropFirst().prefix { $0 != "]" }.lowercased()
                continue
            }
            guard section == "user", let sign = line.firstIndex(of: "=") else { continue }
            guard line[..<sign].trimmingCharacters(in: .whitespaces).lowercased() == "name" else { continue }
            userName = GitConfiguration.value(line[line.index(after: sign)...].trimmingCharacters(in: .whitespaces))
        }
    }

    /// Without quotation marks, and without a comment behind it.
    private static func value(_ text: String) -> String? {
        var value = ""
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if isEscaped {
                value.append(character)
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
        value = value.trimmingCharacters(in: .whitespaces)
        return value.isEmpty ? nil : value
    }
}
