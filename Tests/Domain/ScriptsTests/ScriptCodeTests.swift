import Documents
import HopXProtocol
import Scripts
import Testing
import TextConditions

@Suite struct ScriptCodeTests {
    @Test func everyKeyIsRead() throws {
        let script = try ScriptReader.read(Script.codeSampleFile, file: "s.yaml")
        #expect(script.rules.isEmpty)
        try #require(script.sandbox.count == 3)
        let first = script.sandbox[0]
        #expect(first.when == [.code(.contains("prime")), .languages([.python])])
        #expect((first.reply.stdout, first.reply.stderr, first.reply.exitCode) == ("24133\n", "warned", 3))
        #expect(
            first.reply.files == [
                FileWrite(path: "/workspace/a.txt", bytes: Array("text".utf8)),
                FileWrite(path: "/workspace/b.bin", bytes: [0xFF]),
            ])
        #expect(first.then.first?.rich.map(\.kind) == [.html, .png, .json, .dataframe])
        #expect((first.then.first?.delay, first.times) == (0.5, 3))
        #expect(script.sandbox[1].reply.error == HopXError(403, "PERMISSION_DENIED", "no network"))
        #expect(script.sandbox[2].when == [.languages([.bash, .go]), .request(9)])
    }

    @Test func whatIsWrittenReadsTheSame() throws {
        var script = try ScriptReader.read(Script.codeSampleFile, file: "s.yaml")
        var again = try ScriptReader.read(ScriptWriter.text(of: script), file: "s.yaml")
        for index in script.sandbox.indices {
            script.sandbox[index].place = nil
            again.sandbox[index].place = nil
        }
        #expect(script == again)
    }

    @Test(
        arguments: [
            ("sandbox:\n", "sandbox: []\nrulez:\n", ["2:10: sandbox has no rules", "3:1: unknown key 'rulez'"]),
            ("sandbox:\n", "sandbox: 1\nrulez:\n", ["2:10: sandbox cannot be '1'", "3:1: unknown key 'rulez'"]),
            ("{code: {contains: prime}, language: python}", "{}", ["3:9: when is empty"]),
            (
                "language: python", "command: {contains: a}",
                ["3:35: code and command exclude each other"]
            ),
            ("language: python", "language: pyton", ["3:45: the language cannot be 'pyton'"]),
            ("language: [bash, go]", "language: []", ["10:32: language is empty"]),
            ("{contains: prime}", "{}", ["3:16: code says nothing"]),
            ("exit_code: 3", "exit_code: 256", ["4:57: exit_code cannot be '256'"]),
            ("delay: 0.5", "delay: -1", ["6:89: delay cannot be '-1'"]),
            ("png: AAAA", "png: '!'", ["6:34: png cannot be '!'"]),
            ("dataframe: {columns: [a]}", "dataframe: 1", ["6:65: dataframe cannot be '1'"]),
            ("html: <b>x</b>", "htm: x", ["6:13: unknown key 'htm'"]),
            ("a.txt: text", "/: text", ["4:68: '/' is no file's path"]),
            ("a.txt: text", "a.txt: [1]", ["4:75: a file cannot be a list"]),
            ("\"/w==\"", "\"/w=\"", ["4:89: this is not base64"]),
            ("reply: {error:", "reply: {stdout: a, error:", ["9:11: an error has no stdout"]),
            ("{message: no network, ", "{", ["9:18: the key 'message' is missing"]),
            ("status: 403", "status: 200", ["9:48: status cannot be '200'"]),
            (
                "  reply: {stdout: ninth}", "  then: []",
                ["10:3: the key 'reply' is missing", "11:3: a rule for one execution answers once"]
            ),
        ] as [(String, String, [String])])
    func everyWrongThingHasItsPlace(old: String, new: String, expected: [String]) throws {
        let range = try #require(Script.codeSampleFile.firstRange(of: old))
        let file = Script.codeSampleFile[..<range.lowerBound] + new + Script.codeSampleFile[range.upperBound...]
        let error = #expect(throws: Diagnostics.self) { try ScriptReader.read(String(file), file: "s.yaml") }
        #expect(error?.all.map { "\($0.place.map { "\($0.line):\($0.column)" } ?? ""): \($0.message)" } == expected)
    }

    @Test func rulesAreTriedInOrderAndUsedUp() throws {
        var cursor = Script.CodeCursor(try ScriptReader.read(Script.codeSampleFile, file: "s.yaml"))
        let run = CodeRun(.code("prime(1)", language: .python))
        #expect(try cursor.next(for: run).stdout == "24133\n")
        #expect(try cursor.next(for: run).delay == 0.5)
        #expect(try cursor.next(for: run).delay == 0.5)
        let miss = #expect(throws: Script.NoMatch.self) { try cursor.next(for: run) }
        #expect(
            miss?.description == """
                no rule under 'sandbox' of the script in s.yaml answers execution 4
                rule 1 (s.yaml:3:3): it has answered 3 times, as often as it may
                rule 2 (s.yaml:8:3): this is code, not a command
                rule 3 (s.yaml:10:3): the language is python; this is execution 4, not 9
                fix: add a rule without 'when' at the end
                """)
        #expect(try cursor.next(for: CodeRun(.command(["pip", "install", "x"]))).error?.status == 403)
        for _ in 6..<9 { _ = try cursor.next(for: CodeRun(.command(["bash", "-c", "pip list"]))) }
        #expect(try cursor.next(for: CodeRun(.code("x", language: .bash))).stdout == "ninth")
    }
}
