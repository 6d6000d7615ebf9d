/// Which language untagged code is in.
enum LanguageInference {
    static let unknown = "unknown"

    /// `infer_lang` of autogen/code_utils.py: shell for what starts like a command of Python's, Python for what
    /// compiles.
    static func language(of code: String) -> String {
        let isCommand = ["python ", "pip", "python3 "].contains { code.utf8.starts(with: $0.utf8) }
        if isCommand { return "sh" }
        return PythonSyntax.accepts(code) ? "python" : unknown
    }
}
