import HTTPMessages

/// All that takes secrets out of a text: names and patterns first, then known values.
struct SecretSearch {
    let literals: LiteralSecrets
    private let redactor = Redactor()

    init(literals: LiteralSecrets) { self.literals = literals }

    /// A body without its secrets.
    func redacted(_ bytes: [UInt8], service: Service) -> [UInt8] {
        literals.redact(redactor.redact(bytes, service: service))
    }

    /// A text of any kind, by patterns and known values.
    func redacted(_ text: String) -> String {
        String(decoding: literals.redact(Array(redactor.redact(text).utf8)), as: UTF8.self)
    }

    func redacted(_ operation: Operation) -> Operation {
        let request = Request(
            method: operation.method, path: operation.path, query: operation.query.isEmpty ? nil : operation.query)
        let redacted = Operation(redactor.redact(request, service: .http))
        return Operation(
            method: operation.method, path: self.redacted(operation.path),
            query: redacted.query == operation.query ? self.redacted(operation.query) : redacted.query)
    }

    func redacted(_ headers: Headers, interaction number: Int) -> Headers {
        var kept = Headers()
        for field in headers.fields { kept.add(field.name, redacted(field, number)) }
        return kept
    }

    /// Fields that a recorder leaves out stay as somebody has written them, without secrets.
    private func redacted(_ field: Headers.Field, _ number: Int) -> String {
        if field.value.wholeMatch(of: /req_[0-9]+/) != nil { return field.value }
        let kept = redactor.redact(responseHeaders: Headers([(field.name, field.value)]), interaction: number)
        return redacted(kept.fields.first?.value ?? field.value)
    }

    func redacted(_ content: RecordedResponse.Content, service: Service) -> RecordedResponse.Content {
        switch content {
        case .body(let body):
            let bytes = redacted(body.bytes, service: service)
            return bytes == body.bytes ? content : .body(RecordedBody(bytes: bytes))
        case .chunks(let chunks): return .chunks(literals.redact(redactor.redact(chunks, service: service)))
        case .socket(let frames):
            return .socket(
                frames.map { frame in
                    guard case .message(let message) = frame.payload else { return frame }
                    var frame = frame
                    switch message {
                    case .text(let text):
                        let bytes = redacted(Array(text.utf8), service: service)
                        frame.payload = .message(.text(String(decoding: bytes, as: UTF8.self)))
                    case .binary(let bytes): frame.payload = .message(.binary(redacted(bytes, service: service)))
                    }
                    return frame
                })
        }
    }

    // MARK: Counting

    /// What would be replaced in a body.
    func counts(in bytes: [UInt8], service: Service?) -> SecretCounts {
        var counts = SecretCounts()
        var bytes = bytes
        func replace(_ found: [Replacement]) {
            for match in found where !bytes[match.range].elementsEqual(match.with) { counts.add(match.kind) }
            bytes = Replacement.apply(found, to: bytes)
        }
        if let service { replace(Redactor.members(of: service).matches(in: bytes)) }
        replace(SecretPattern.matches(in: bytes))
        replace(literals.matches(in: bytes))
        return counts
    }

    func counts(in content: RecordedResponse.Content, service: Service) -> SecretCounts {
        guard case .socket(let frames) = content else {
            return counts(in: RecordedResponse(status: nil, at: 0, content: content).bytes, service: service)
        }
        var counts = SecretCounts()
        for frame in frames {
            switch frame.payload {
            case .message(.text(let text)): counts.add(self.counts(in: Array(text.utf8), service: service))
            case .message(.binary(let bytes)): counts.add(self.counts(in: bytes, service: service))
            case .close: break
            }
        }
        return counts
    }
}
