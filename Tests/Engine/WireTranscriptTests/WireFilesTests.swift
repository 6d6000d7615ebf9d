import HTTPMessages
import ScenarioRunning
import Scenarios
import Testing

@Suite struct WireFilesTests {
    private static func exchange(
        _ method: String, _ target: String, body: String = "", headers: Headers = [:], answer: String, status: Int = 200
    ) -> ObservedExchange {
        ObservedExchange(
            request: Request(
                method: method, target: "/x/s1.local.vms.hopx.dev" + target, headers: headers, body: Array(body.utf8)),
            status: status, content: .bytes(Array(answer.utf8)), start: 0, end: 0)
    }

    private static let form = """
        --b\r\nContent-Disposition: form-data; name="path"\r\n\r\n/app/in.csv\r\n--b\r\n\
        Content-Disposition: form-data; name="file"; filename="in.csv"\r\n\r\n1,2\r\n--b--\r\n
        """

    private static let told: [(String, ObservedExchange, [FileSighting])] = [
        (
            "written", exchange("POST", "/files/write", body: #"{"path": "a.txt", "content": "x"}"#, answer: "{}"),
            [FileSighting(path: "/workspace/a.txt", exists: true, text: "x")]
        ),
        (
            "uploaded",
            exchange(
                "POST", "/files/upload", body: form, headers: ["content-type": "multipart/form-data; boundary=b"],
                answer: "{}"),
            [FileSighting(path: "/app/in.csv", exists: true, text: "1,2")]
        ),
        (
            "read", exchange("GET", "/files/read?path=%2Fapp%2Fout.txt", answer: #"{"content": "24133"}"#),
            [FileSighting(path: "/app/out.txt", exists: true, text: "24133")]
        ),
        (
            "downloaded", exchange("GET", "/files/download?path=/app/plot.txt", answer: "plot"),
            [FileSighting(path: "/app/plot.txt", exists: true, text: "plot")]
        ),
        (
            "listed",
            exchange(
                "GET", "/files/list?path=/app",
                answer: #"{"files": [{"name": "d", "path": "/app/d", "is_directory": true}, {"name": "f"}]}"#),
            [FileSighting(path: "/app/f", exists: true)]
        ),
        (
            "asked for", exchange("GET", "/files/exists?path=/app/x", answer: #"{"exists": false}"#),
            [FileSighting(path: "/app/x", exists: false)]
        ),
        (
            "not found", exchange("GET", "/files/read?path=/app/x", answer: "{}", status: 404),
            [FileSighting(path: "/app/x", exists: false)]
        ),
        (
            "refused",
            exchange("POST", "/files/write", body: #"{"path": "a", "content": ""}"#, answer: "{}", status: 403), []
        ),
        ("something else", exchange("POST", "/execute", body: "{}", answer: "{}"), []),
    ]

    @Test(arguments: told)
    func anExchangeTellsOfFiles(what: String, exchange: ObservedExchange, expected: [FileSighting]) {
        #expect(WireFiles.sightings(in: exchange) == expected, "\(what)")
    }

    @Test func changesOfWatchedFilesAreSeen() {
        let messages = ["created", "deleted"].map {
            ObservedExchange.SocketMessage(
                isFromClient: false, .text(#"{"type": "change", "path": "/app/a", "event": "\#($0)"}"#))
        }
        let exchange = ObservedExchange(
            request: Request(method: "GET", path: "/files/watch"), status: 101, content: .messages(messages), start: 0,
            end: 0)
        #expect(
            WireFiles.sightings(in: exchange) == [
                FileSighting(path: "/app/a", exists: true), FileSighting(path: "/app/a", exists: false),
            ])
    }
}
