import AgentChats
import Testing

@Suite struct CodeBlockTests {
    @Test(arguments: [
        ("a tag", "```python\nprint(1)\n```", [("python", "print(1)")]),
        ("spaces around the tag", "``` \tpython \t\nx\n```", [("python", "x")]),
        ("the tag's case is kept", "```Python3\nx\n```", [("Python3", "x")]),
        ("letters of all scripts", "```日本é_1\nx\n```", [("日本é_1", "x")]),
        ("a combining mark is no letter", "```e\u{301}\nx\n```", []),
        ("no tag", "```\nprint(1)\n```", [("python", "print(1)")]),
        ("unknown is no language", "```unknown\nx\n```", [("", "x")]),
        ("a tag with a sign does not open", "```c++\nx\n```", []),
        ("a tag with more words does not open", "```python title=x\nx\n```", []),
        ("a closing fence taken for an opener", "```c++\nx\n```\nbetween = 1\n```\n", [("python", "between = 1")]),
        ("carriage returns", "```python\r\na\r\nb\r\n```", [("python", "a\r\nb")]),
        ("a lone carriage return is code", "```python\na\r\n```", [("python", "a")]),
        ("inner indentation is kept", "```python\n  a\n    b\n  ```", [("python", "  a\n    b")]),
        ("a fence within a line", "see ```sh\nls\n``` there", [("sh", "ls")]),
        ("an empty line is an empty block", "```python\n\n```", [("python", "")]),
        ("nothing is no block", "```python\n```", []),
        ("unclosed", "```python\nprint(1)\n", []),
        ("four backticks", "````python\nx\n````", [("python", "x")]),
        ("several", "```sh\na\n```\ntext\n```js\nb\n```", [("sh", "a"), ("js", "b")]),
        ("code right after code", "```a\nx\n``````b\ny\n```", [("a", "x"), ("b", "y")]),
        ("backticks in the code", "```python\nx = '```'\n```", [("python", "x = '```'")]),
        ("none", "no code here", []),
        ("empty", "", []),
    ])
    func blocksAreThoseOfTheRegularExpression(label: String, text: String, expected: [(String, String)]) {
        let blocks = expected.map { CodeBlock(language: $0.0, code: $0.1) }
        #expect(CodeBlock.blocks(in: text) == blocks, "\(label)")
    }

    @Test(arguments: [
        ("pip install x", "sh"), ("python run.py", "sh"), ("python3 run.py", "sh"), ("pipeline = 1", "sh"),
        ("print(1)", "python"), ("this is not python", "python"), ("ls -la", "python"), ("{\"a\": 1}", "python"),
        ("# a comment", "python"), ("", "python"), ("def f(a, /, *, b=1):\n    return a", "python"),
        ("  \\\n", ""), ("if x:\n\\\n    y", "python"), ("if x:\n  \\\ny", "python"), ("\\\n y", ""),
        ("match x:\n    case {\"a\": [1, *_]}: pass", "python"), ("f\"{x!r:>{width}}\"", "python"),
        ("echo hello world", ""), ("x = 1\ny =", ""), ("return 1", ""), ("Hello, world!", ""), ("npm install", ""),
        ("SELECT * FROM t", ""), ("for i in 1 2 3; do echo $i; done", ""), ("  x = 1", ""), ("print \"x\"", ""),
        ("0777", ""), ("f(a=1, 2)", ""), ("*a = b", ""), ("f\"{}\"", ""), ("x = '", ""), ("(1, 2", ""), ("a\0", ""),
    ])
    func untaggedCodeIsPythonWhenItCompiles(code: String, language: String) {
        #expect(CodeBlock.blocks(in: "```\n\(code)\n```") == [CodeBlock(language: language, code: code)])
    }

    @Test func manyOpenersWithoutAnEndAreQuick() {
        let text = String(repeating: "```a b\n", count: 20_000)
        #expect(CodeBlock.blocks(in: text).isEmpty)
    }

    @Test func deepNestingIsRefusedRatherThanCrashing() {
        for code in [String(repeating: "(", count: 5000), String(repeating: "lambda: ", count: 50_000) + "1"] {
            #expect(CodeBlock.blocks(in: "```\n\(code)\n```").map(\.language) == [""])
        }
    }
}
