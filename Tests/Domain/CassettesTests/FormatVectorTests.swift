import Cassettes
import Digests
import Documents
import Foundation
import HTTPMessages
import Testing

/// The test vectors of the format: what any reader must make of each file.
@Suite struct FormatVectorTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "Fixtures/cassette-format")

    static func names(in folder: URL) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }

    static let readable = names(in: folder)
    static let refused = names(in: folder.appending(path: "refused"))

    private func load(_ name: String, in folder: URL) throws -> (bytes: [UInt8], expected: JSONValue) {
        let expected = try Data(contentsOf: folder.appending(path: name + ".expected.json"))
        return (
            Array(try Data(contentsOf: folder.appending(path: name + ".yaml"))), try JSONValue(parsing: Array(expected))
        )
    }

    @Test func areThere() {
        #expect(Self.readable.count > 10)
        #expect(Self.refused.count > 10)
    }

    @Test(arguments: readable)
    func isReadToTheSameBytesKeysAndChunks(name: String) throws {
        let (bytes, expected) = try load(name, in: Self.folder)
        let cassette = try Cassette(bytes, file: name, beside: FixtureFiles(folder: Self.folder, name: name))
        #expect(cassette.check().isEmpty, "\(Diagnostics(cassette.check()))")
        #expect(cassette.header.name.text == expected["name"]?.stringValue)
        #expect(cassette.warnings.first?.place?.line == expected["torn"]?.intValue)

        let interactions = try cassette.index.indices.map { try cassette.interaction(at: $0) }
        // The vectors are in the order of the file, the cassette in that of the numbers.
        let wanted = (expected["interactions"]?.arrayValue ?? []).sorted {
            ($0["interaction"]?.intValue ?? 0) < ($1["interaction"]?.intValue ?? 0)
        }
        #expect(interactions.count == wanted.count)
        for (interaction, wanted) in zip(interactions, wanted) {
            let found = described(interaction)
            for difference in Difference.between(recorded: wanted, now: found) {
                Issue.record(
                    "interaction \(interaction.number) \(difference.place): \(difference.now?.text() ?? "-") should be \(difference.recorded?.text() ?? "-")"
                )
            }
        }
    }

    @Test(arguments: refused)
    func isRefusedInTheRightDocument(name: String) throws {
        let (bytes, expected) = try load(name, in: Self.folder.appending(path: "refused"))
        let found: [Diagnostic]
        do {
            let files = FixtureFiles(folder: Self.folder.appending(path: "refused"), name: name)
            found = try Cassette(bytes, file: name, beside: files).check()
        } catch let error as Diagnostics {
            found = error.all
        }
        let lines = ["document", "line"].compactMap { expected["refused"]?[$0]?.intValue }
        #expect(!found.isEmpty)
        // The offending place itself, not only the start of its document.
        #expect(found.contains { $0.place?.line == lines.last }, "\(Diagnostics(found)) should be at \(lines)")
        #expect(found.allSatisfy { $0.expected != nil })
    }

    /// An interaction in the shape of the vectors.
    private func described(_ interaction: Interaction) -> JSONValue {
        func base64(_ bytes: [UInt8]) -> JSONValue { .string(Base64.encode(bytes)) }
        var members: [(String, JSONValue)] = [
            ("interaction", .number(interaction.number)), ("service", .string(interaction.service.rawValue)),
            ("operation", .string("\(interaction.operation.method) \(interaction.operation.path)")),
            ("query", .string(interaction.operation.query)),
            ("inputs", .string(interaction.inputs ?? "")), ("key", .string(interaction.key.text)),
        ]
        if case .socket(let frames) = interaction.response.content {
            let messages = frames.map { frame -> JSONValue in
                let from = JSONValue.string(frame.isFromClient ? "client" : "server")
                return switch frame.payload {
                case .close(let code): ["from": from, "kind": "close", "code": .number(code)]
                case .message(.text(let text)): ["from": from, "kind": "text", "bytes": base64(Array(text.utf8))]
                case .message(.binary(let bytes)): ["from": from, "kind": "binary", "bytes": base64(bytes)]
                }
            }
            return .object(JSONObject(members + [("messages", .array(messages))]))
        }
        members.append(
            ("request", base64(CanonicalJSON.bytes(of: interaction.request.bytes) ?? interaction.request.bytes)))
        let response = interaction.response
        var answer: [(String, JSONValue)] = [
            ("status", response.status.map(JSONValue.number) ?? .null),
            ("headers", .array(response.headers.fields.map { [.string($0.name), .string($0.value)] })),
        ]
        switch response.content {
        case .chunks(let chunks): answer.append(("chunks", .array(chunks.map { base64($0.bytes) })))
        default: answer.append(("body", base64(response.bytes)))
        }
        answer.append(("end", response.end.map { .string($0.rawValue) } ?? .null))
        return .object(JSONObject(members + [("response", .object(JSONObject(answer)))]))
    }
}

/// What stands beside a test vector; nothing is ever written there.
private struct FixtureFiles: BesideFiles {
    let folder: URL
    let name: String

    func read(_ digest: BesideDigest) throws -> [UInt8]? {
        let file = folder.appending(path: "\(name).files/\(digest)")
        return FileManager.default.fileExists(atPath: file.path()) ? Array(try Data(contentsOf: file)) : nil
    }

    func write(_ content: BesideContent) throws { throw CocoaError(.fileWriteNoPermission) }
}
