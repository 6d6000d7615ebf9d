import Testing

@testable import AgentChats

@Suite struct PythonFormatTests {
    private static let values = ["name": "a\u{301}b", "list": "['x']"]

    // Every text is what Python 3.11's `str.format` makes of it.
    @Test(arguments: [
        ("{{{name}}}", "{a\u{301}b}"), ("{name!r}", "'a\u{301}b'"), ("{name!a}", "'a\\u0301b'"),
        ("{name!s:>5}", "  a\u{301}b"),
        ("{name:*^6}", "*a\u{301}b**"), ("{name:05}", "a\u{301}b00"), ("{name:.2}|", "a\u{301}|"),
        ("{name:-<4s}", "a\u{301}b-"),
        ("{list[1]}", "'"), ("{name:}", "a\u{301}b"),
    ])
    func fieldsAreFilledIn(template: String, text: String) throws {
        #expect(try PythonText.format(template, Self.values).utf8.elementsEqual(text.utf8))
    }

    @Test(arguments: [
        ("{other}", "KeyError", "'other'"),
        ("{}", "IndexError", "Replacement index 0 out of range for positional args tuple"),
        ("}", "ValueError", "Single '}' encountered in format string"),
        ("{", "ValueError", "Single '{' encountered in format string"),
        ("{name", "ValueError", "expected '}' before end of string"),
        ("{name:d}", "ValueError", "Unknown format code 'd' for object of type 'str'"),
        ("{name:=5}", "ValueError", "'=' alignment not allowed in string format specifier"),
        ("{name:.}", "ValueError", "Format specifier missing precision"),
        ("{name:xyz}", "ValueError", "Invalid format specifier 'xyz' for object of type 'str'"),
        ("{name!x}", "ValueError", "Unknown conversion specifier x"),
        ("{name.size}", "AttributeError", "'str' object has no attribute 'size'"),
        ("{name[9]}", "IndexError", "string index out of range"),
        ("{name[a]}", "TypeError", "string indices must be integers, not 'str'"),
    ])
    func wrongTemplatesAreTold(template: String, className: String, message: String) {
        #expect(throws: ChatError(className, message)) { try PythonText.format(template, Self.values) }
    }
}
