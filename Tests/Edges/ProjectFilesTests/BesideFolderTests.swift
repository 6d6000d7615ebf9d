import Cassettes
import Documents
import Foundation
import Testing

@testable import ProjectFiles

@Suite struct BesideFolderTests {
    private let root: String

    init() throws {
        root = FileManager.default.temporaryDirectory.path + "/beside-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    @Test(arguments: ["c.yaml", "c.yaml.recording", "c.yaml.recording.old", "c.yaml.stale", "c"])
    func recordingsShareTheCassettesFolder(file: String) {
        #expect(BesideFolder(ofCassette: "a/" + file).path == "a/c.files")
    }

    @Test func aContentIsThereOnceAndGoesWhenItIsRemoved() throws {
        defer { try? FileManager.default.removeItem(atPath: root) }
        let folder = BesideFolder(ofCassette: root + "/c.yaml")
        let content = BesideContent(Array("large".utf8))
        #expect(try folder.read(content.digest) == nil)
        #expect(folder.digests == [])
        for _ in 0..<2 { try folder.write(content) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [content.digest.text])
        #expect(try folder.read(content.digest) == content.bytes)
        // One that was damaged is mended.
        try Data([1]).write(to: URL(fileURLWithPath: folder.path + "/" + content.digest.text))
        try folder.write(content)
        #expect(try folder.read(content.digest) == content.bytes)
        try folder.remove([content.digest, BesideDigest(of: [])])
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    @Test func aLargeAnswerIsRecordedBesideAndRead() async throws {
        defer { try? FileManager.default.removeItem(atPath: root) }
        let name = try #require(CassetteName("c"))
        let header = CassetteHeader(name: name, recordedBy: "understudy", recordedOn: "2026-11-23", origins: [])
        let file = root + "/c.yaml"
        let recording = try CassetteRecording(of: file, header: header)
        let operation = Operation(method: "GET", path: "/"), long = String(repeating: "large ", count: 10_000)
        let answer = RecordedResponse(status: 200, at: 0, content: .body(RecordedBody(tree: [.string(long)])))
        let interaction = Interaction(
            number: 1, at: 0, service: .http, operation: operation,
            key: InteractionKey(service: .http, operation: operation, inputs: nil, body: [], rules: MatchRules()),
            request: RecordedBody(bytes: []), response: answer)
        try await recording.record(interaction)
        try await recording.finish()
        #expect(try Project().read(file).count < 1000)
        let read = try Project().cassette(atPath: file).interaction(at: 0)
        #expect(read.response.bytes == answer.bytes)
    }

    @Test func anEditPutsContentsInPlaceAndTakesOthersAway() throws {
        defer { try? FileManager.default.removeItem(atPath: root) }
        let file = root + "/c.yaml", other = BesideFolder(ofCassette: root + "/other.yaml")
        let folder = BesideFolder(ofCassette: file)
        let (old, new, foreign) = (BesideContent([1]), BesideContent([2]), BesideContent([3]))
        try folder.write(old)
        try other.write(foreign)
        var edited = EditedCassette(bytes: [0x23])
        (edited.contents, edited.referenced, edited.unreferenced) = ([new], [new.digest, foreign.digest], [old.digest])
        try Project().replace(file, with: edited, copyingFrom: [other])
        #expect(Set(folder.digests) == [new.digest, foreign.digest])
        #expect(try Project().read(file) == [0x23])
    }
}
