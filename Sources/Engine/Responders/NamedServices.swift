import Cassettes
public import HTTPMessages

/// Plain HTTP services under names of our own: `/to/NAME/rest` goes to the named address followed by `/rest`.
public struct NamedServices: Responder {
    private let bases: [String: String]
    private let send: LiveService.Send

    /// - Parameter bases: Name → address without a slash at the end.
    public init(_ bases: [String: String], send: @escaping LiveService.Send) {
        self.bases = bases
        self.send = send
    }

    public func respond(to request: Request) async throws -> Response {
        let rest = request.path.dropFirst("/to/".count)
        let name = rest.prefix { $0 != "/" }
        guard let base = bases[String(name)] else {
            let known = bases.keys.sorted().map { "/to/\($0)/" }.joined(separator: ", ")
            return Service.http.refusal(
                code: "unknown_url", message: "no service is named '\(name)' here; there is \(known)", status: 404)
        }
        var request = request
        request.path = String(rest.dropFirst(name.count))
        return try await send(request, base).accounted(.live)
    }
}
