/// Texts that readers and writers of YAML, JSON or HTTP are known to change.
public enum NastyText {
    public static let all: [String] =
        whiteSpace + lineEnds + words + marks + controls + unicode + [
            String(repeating: "long ", count: 4000), String(repeating: "x", count: 20_000),
            String(repeating: "line of text\n", count: 1700), String(repeating: "\u{1F600}", count: 400),
        ]

    private static let whiteSpace = [
        "", " ", "   ", "\t", "\t\t", " leading", "trailing ", "  both  ", "\tleading tab", "trailing tab\t", "a\tb",
        " \t ",
        "\u{A0}", "a  b",
    ]

    private static let lineEnds = [
        "\n", "\n\n", "\n\n\n", "a\n", "a\n\n", "a\n\n\n", "\na", "\n\na\n", "a\nb", "a\n\nb\n", "a\r\nb\r\n", "\r\n",
        "\r", "a\rb",
        "a\r", "  a\nb", " \na", "\ta\n\tb\n", "a\n  b\n c", "a \nb\t\n \n", "a\n \n", "a\n   \n\n", "   \n",
        "   \n   ", " \n\n\n", "a\n\t",
        "a\n---\nb", "---", "--- a", "---\n", "...", "a\n...\n", "...\n", "\n...\n---\n",
    ]

    private static let words = [
        "yes", "no", "Yes", "NO", "on", "off", "y", "n", "Y", "true", "True", "false", "null", "Null", "NULL", "~", "1",
        "0", "-1",
        "1e3", "1E3", "0x10", "0o17", "017", "1_000", ".5", "1.", "+1", ".inf", "-.INF", ".nan", "2026-11-23",
        "2026-11-23T10:00:00Z", "12:30", "1:2:3", "=", "<<", "4e5", "0b1", "5e", "e5", "_1", "null ", "true\n",
    ]

    private static let marks = [
        "- a", "-", "? a", "?", ":", "a: b", "a:", ":a", "#", "a # b", "a #b", "#a", "&a", "*a", "!a", "!beside x", "|",
        ">", "|2-", "%",
        "%YAML 1.2", "@", "`", "'", "''", "\"", "\"\"", "it's", "\\", "\\n", "a\\", "[a]", "{a: b}", "a, b", "a]b", "}",
        "{{x}}", ",", "'\"\\",
        "'\u{301}", "\"\u{301}", "'\u{301}\"", "/", "~0", "~1", "a/b", "/\u{301}", "~\u{301}", "key: 'value' # \"x\"",
        "$x", "${x}",
        "print('x')\nprint(\"y\")\n", "#!/bin/bash\necho hi\n", "- a\n- b: c\n", "key: |\n  text\n",
    ]

    private static let controls = [
        "\0", "a\0b", "\u{1}", "\u{7}", "\u{8}", "\u{B}", "\u{C}", "\u{1B}[31mred\u{1B}[0m", "\u{1F}", "\u{7F}",
        "\u{80}", "\u{85}",
        "a\u{85}b", "\u{9F}", "a\n\u{1B}\nb",
    ]

    private static let unicode = [
        "\u{2028}", "a\u{2028}b\n", "\u{2029}", "a\u{FEFF}b", "\u{FFFD}", "\u{FFFE}", "\u{FFFF}", "\u{1FFFE}",
        "\u{10FFFF}", "\u{E000}",
        "\u{1F600}", "a \u{1F600}\nb", "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", "é", "e\u{301}", "\u{301}",
        "\u{AC00}", "\u{1112}\u{1161}", "日本語\nテキスト\n",
        "\u{200D}", "\u{200B}", "\u{202E}abc",
    ]
}
