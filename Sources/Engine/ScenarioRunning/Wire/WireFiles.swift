import Documents
public import HTTPMessages
import HopXProtocol
public import Scenarios

/// The files of sandboxes that an exchange tells about: those that a program writes, and those that it finds there.
public enum WireFiles {
    /// - Returns: Nothing for an exchange that failed, or is about something else.
    public static func sightings(in exchange: ObservedExchange) -> [FileSighting] {
        let request = exchange.request
        guard
            let operation = HopXOperation(method: request.method, path: WireOperation.withoutAddress(request.path))
        else { return [] }
        switch exchange.content {
        case .messages(let messages):
            return operation.kind == .fileWatch ? messages.compactMap { change(in: $0.message) } : []
        case .bytes(let bytes):
            guard let status = exchange.status, !exchange.isCut else { return [] }
            let asked = SandboxPath.absolute(request.queryValue("path") ?? SandboxPath.root)
            guard status < 400 else {
                let isLook = [.readFile, .downloadFile].contains(operation.kind)
                return isLook && status == 404 ? [FileSighting(path: asked, exists: false)] : []
            }
            return sightings(operation.kind, request, asked: asked, answer: bytes)
        }
    }

    private static func sightings(
        _ kind: HopXOperation.Kind, _ request: Request, asked: String, answer: [UInt8]
    ) -> [FileSighting] {
        let json = { try? JSONValue(parsing: answer) }
        switch kind {
        case .writeFile:
            guard let file = try? FileWrite(body: request.body) else { return [] }
            return [FileSighting(path: file.path, exists: true, text: String(validating: file.bytes, as: UTF8.self))]
        case .uploadFile:
            guard let file = FileUpload(request) else { return [] }
            return [FileSighting(path: file.path, exists: true, text: String(validating: file.bytes, as: UTF8.self))]
        case .readFile: return [FileSighting(path: asked, exists: true, text: json()?["content"]?.stringValue)]
        case .downloadFile:
            return [FileSighting(path: asked, exists: true, text: String(validating: answer, as: UTF8.self))]
        case .fileExists:
            return (json()?["exists"]?.boolValue).map { [FileSighting(path: asked, exists: $0)] } ?? []
        case .listFiles:
            return (json()?["files"]?.arrayValue ?? []).compactMap { item in
                guard item["is_directory"]?.boolValue != true else { return nil }
                let path = item["path"]?.stringValue ?? item["name"]?.stringValue.map { "\(asked)/\($0)" }
                return path.map { FileSighting(path: SandboxPath.absolute($0), exists: true) }
            }
        default: return []
        }
    }

    /// A file that was made or changed while it was watched.
    private static func change(in message: WebSocketMessage) -> FileSighting? {
        guard case .text(let text) = message, let value = try? JSONValue(parsing: text),
            value["type"]?.stringValue == "change", let path = value["path"]?.stringValue,
            let event = value["event"]?.stringValue
        else { return nil }
        return FileSighting(path: SandboxPath.absolute(path), exists: event != "deleted")
    }
}
