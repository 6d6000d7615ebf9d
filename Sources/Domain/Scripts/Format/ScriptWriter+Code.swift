import Cassettes
import Digests
import Documents
import HopXProtocol

extension ScriptWriter {
    static func codeRule(_ rule: Script.CodeRule) -> YAMLTree {
        var members: [(String, YAMLTree)] = []
        if !rule.when.isEmpty { members.append(("when", .mapping(rule.when.map(condition)))) }
        members.append(("reply", reply(rule.reply)))
        if !rule.then.isEmpty { members.append(("then", .list(rule.then.map(reply)))) }
        if let times = rule.times { members.append(("times", .bare("\(times)"))) }
        return .mapping(members)
    }

    private static func condition(_ condition: Script.CodeRule.Condition) -> (String, YAMLTree) {
        switch condition {
        case .code(let text): ("code", .mapping([member(text)]))
        case .command(let text): ("command", .mapping([member(text)]))
        case .languages(let languages): ("language", .list(languages.map { .text($0.rawValue) }))
        case .request(let number): ("request", .bare("\(number)"))
        }
    }

    private static func reply(_ reply: Script.CodeReply) -> YAMLTree {
        var members: [(String, YAMLTree)] = []
        if reply.delay != 0 {
            members.append(("delay", .bare(Int(exactly: reply.delay).map(String.init) ?? "\(reply.delay)")))
        }
        if let error = reply.error {
            members.append(
                (
                    "error",
                    .mapping([
                        ("status", .bare("\(error.status)")), ("code", .text(error.code)),
                        ("message", .text(error.message)),
                    ])
                ))
            return .mapping(members)
        }
        members.append(("stdout", .text(reply.stdout)))
        if !reply.stderr.isEmpty { members.append(("stderr", .text(reply.stderr))) }
        if reply.exitCode != 0 { members.append(("exit_code", .bare("\(reply.exitCode)"))) }
        if !reply.rich.isEmpty {
            members.append(("rich", .mapping(reply.rich.map { ($0.kind.rawValue, YAMLTree($0.value)) })))
        }
        if !reply.files.isEmpty { members.append(("files", .mapping(reply.files.map { ($0.path, file($0)) }))) }
        return .mapping(members)
    }

    /// As text where that gives back the bytes.
    private static func file(_ file: FileWrite) -> YAMLTree {
        let text = String(decoding: file.bytes, as: UTF8.self)
        return Array(text.utf8) == file.bytes
            ? .text(text) : .mapping([("base64", .text(Base64.encode(file.bytes)))])
    }
}
