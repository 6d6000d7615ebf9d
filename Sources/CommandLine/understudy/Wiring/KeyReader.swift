import Baselines
import Foundation

/// The terminal as a source of single keys, on a screen of its own.
///
/// The terminal is as it was before when `restore` was called, which whoever makes one does on every way out: signals
/// cancel the task that waits for a key.
final class KeyReader {
    /// Both sides are a terminal that can move its cursor.
    static var isTerminal: Bool {
        isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
            && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    private var before = termios()
    /// Bytes that were read and belong to no key yet.
    private var bytes: [UInt8] = []
    private var hasEnded = false

    struct Failure: Error, CustomStringConvertible {
        let description =
            "the terminal cannot be read key by key\n  fix: use 'understudy accept' and 'understudy reject'"
    }

    /// - Throws: `Failure` when the terminal refuses.
    init() throws {
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { throw Failure() }
        var raw = before
        // Keys one by one, unechoed, Control-C among them; output as before.
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        raw.c_iflag &= ~tcflag_t(IXON | ICRNL)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) == 0 else { throw Failure() }
        // xterm, "Alternate Screen Buffer": what was there comes back afterwards.
        write("\u{1B}[?1049h\u{1B}[?25l")
    }

    func restore() {
        write("\u{1B}[?25h\u{1B}[?1049l")
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
    }

    func show(_ page: String) { write("\u{1B}[H\u{1B}[2J" + page) }

    private func write(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }

    /// Waits for a key.
    ///
    /// - Throws: `CancellationError`; `Interrupted` when the terminal has gone.
    func next() async throws -> ReviewSession.Key {
        while true {
            if let key = take() { return key }
            if hasEnded { throw Interrupted() }
            try Task.checkCancellation()
            var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            // Not longer, so that a signal is felt; a resized window is drawn at the next key.
            guard poll(&descriptor, 1, 50) > 0 else {
                // Escape alone, and no sequence that begins with it.
                if bytes == [0x1B] {
                    bytes = []
                    return .escape
                }
                await Task.yield()
                continue
            }
            var buffer = [UInt8](repeating: 0, count: 256)
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count > 0 { bytes += buffer[..<count] } else { hasEnded = count == 0 || errno != EINTR }
        }
    }

    /// The first key of what was read; function keys and the like are passed over.
    private func take() -> ReviewSession.Key? {
        while let first = bytes.first {
            switch first {
            case 0x0D, 0x0A: return taking(1, .enter)
            case 0x08, 0x7F: return taking(1, .backspace)
            case 0x09: return taking(1, .tab)
            case 0x03, 0x04: return taking(1, .interrupt)
            case 0x1B:
                guard bytes.count > 1 else { return nil }
                guard bytes[1] == UInt8(ascii: "[") || bytes[1] == UInt8(ascii: "O") else { return taking(1, .escape) }
                // ECMA-48: parameters and intermediates up to a final byte.
                guard let end = bytes[2...].firstIndex(where: { (0x40...0x7E).contains($0) }) else { return nil }
                let final = bytes[end]
                bytes.removeFirst(end + 1)
                // DEC VT100: the arrows.
                if final == UInt8(ascii: "A") { return .up }
                if final == UInt8(ascii: "B") { return .down }
            case 0..<0x20: bytes.removeFirst()
            default:
                let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
                guard bytes.count >= length else { return nil }
                let text = String(decoding: bytes[..<length], as: UTF8.self)
                return taking(length, text.first.map(ReviewSession.Key.character) ?? .escape)
            }
        }
        return nil
    }

    private func taking(_ count: Int, _ key: ReviewSession.Key) -> ReviewSession.Key {
        bytes.removeFirst(count)
        return key
    }
}

extension Console {
    /// Lines of the terminal; 24 when the output is none.
    static var height: Int {
        var size = winsize()
        return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 5 ? Int(size.ws_row) : 24
    }
}
