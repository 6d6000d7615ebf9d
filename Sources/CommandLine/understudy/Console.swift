import Foundation

/// The process's two outputs: results go to the one, everything else to the other.
enum Console {
    /// Writes a result, with a line feed if it has none.
    static func print(_ text: String) { write(text, to: FileHandle.standardOutput) }

    /// Writes what is not a result: progress, warnings, errors.
    static func complain(_ text: String) { write(text, to: FileHandle.standardError) }

    private static func write(_ text: String, to handle: FileHandle) {
        let line = text.hasSuffix("\n") ? text : text + "\n"
        // A reader that has gone, such as `head`, is no error of ours.
        try? handle.write(contentsOf: Data(line.utf8))
    }

    /// Columns of the terminal; 100 when the output is none.
    static var width: Int {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 { return Int(size.ws_col) }
        return ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init) ?? 100
    }

    /// Colours are for people: a terminal, and no `NO_COLOR`.
    static var isColoured: Bool {
        let environment = ProcessInfo.processInfo.environment
        if environment["NO_COLOR"].map({ !$0.isEmpty }) ?? false { return false }
        if environment["FORCE_COLOR"].map({ !$0.isEmpty && $0 != "0" }) ?? false { return true }
        return isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb"
    }
}
