import HTTPMessages

extension ObservedExchange {
    /// A call that was answered with JSON.
    static func sample(
        _ path: String, _ request: String, _ answer: String, status: Int = 200, isCut: Bool = false
    ) -> ObservedExchange {
        ObservedExchange(
            request: Request(method: "POST", target: path, body: Array(request.utf8)), status: status,
            headers: ["content-type": "application/json"], content: .bytes(Array(answer.utf8)), isCut: isCut,
            start: 10, end: 10)
    }

    /// A call that was answered with events; a name before a `|` is the event's.
    static func stream(
        _ path: String, _ request: String, _ events: [String], end: String = "\n", isCut: Bool = false
    ) -> ObservedExchange {
        let text = events.map { event in
            let parts = event.split(separator: "|", maxSplits: 1)
            return parts.count == 2 && !event.hasPrefix("{")
                ? EventStream.Event(name: String(parts[0]), data: String(parts[1])).text(lineEnd: end)
                : EventStream.Event(data: event).text(lineEnd: end)
        }
        return ObservedExchange(
            request: Request(method: "POST", target: path, body: Array(request.utf8)), status: 200,
            headers: ["content-type": "text/event-stream; charset=utf-8"],
            content: .bytes(Array(text.joined().utf8)), isCut: isCut, start: 10, end: 10)
    }
}
