/// Server-sent events: the text of a stream, cut into events and put together again.
///
/// HTML standard, "Server-sent events", with the bytes kept: an event is everything up to and including its blank line.
public enum EventStream {
    /// What one event says; lines other than `event` and `data` do not count here.
    public struct Event: Sendable, Equatable {
        public var name: String?
        /// Several `data` lines are joined with line feeds.
        public var data: String

        public init(name: String? = nil, data: String) {
            self.name = name
            self.data = data
        }

        /// `[event: NAME⏎]data: DATA⏎⏎`, one `data` line for each line of the data.
        public func text(lineEnd: String = "\n") -> String {
            let lines = data.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            return (name.map { "event: \($0)\(lineEnd)" } ?? "")
                + lines.map { "data: \(String($0))\(lineEnd)" }.joined() + lineEnd
        }
    }

    /// Cuts bytes into whole events with their blank lines; bytes after the last blank line are `rest`.
    public static func split(_ bytes: [UInt8]) -> (events: [ArraySlice<UInt8>], rest: ArraySlice<UInt8>) {
        var events: [ArraySlice<UInt8>] = []
        var eventStart = 0
        var lineStart = 0
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 0x0A || bytes[index] == 0x0D else {
                index += 1
                continue
            }
            let lineIsEmpty = index == lineStart
            // A line ends with LF, CR LF, or CR alone.
            index += bytes[index] == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A ? 2 : 1
            lineStart = index
            if lineIsEmpty {
                events.append(bytes[eventStart..<index])
                eventStart = index
            }
        }
        return (events, bytes[eventStart...])
    }

    /// What an event says; nil when it has no `data` line or is not UTF-8.
    public static func parse(_ bytes: ArraySlice<UInt8>) -> Event? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var event = Event(data: "")
        var data: [String] = []
        for line in text.unicodeScalars.split(whereSeparator: { $0 == "\n" || $0 == "\r" }) {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            var value = parts.count > 1 ? parts[1] : line[line.endIndex...]
            // "Interpreting an event stream": a leading space is dropped once.
            if value.first == " " { value = value.dropFirst() }
            switch String(parts[0]) {
            case "event": event.name = String(value)
            case "data": data.append(String(value))
            default: break
            }
        }
        guard !data.isEmpty else { return nil }
        event.data = data.joined(separator: "\n")
        return event
    }
}
