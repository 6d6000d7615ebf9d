import Cassettes
import Documents
import Foundation
import HTTPMessages
import ProjectFiles
import Testing

/// A folder that is there for one test.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/understudy-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ relative: String, _ text: String) throws {
        let url = URL(fileURLWithPath: path + "/" + relative)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func text(_ relative: String) throws -> String {
        try String(contentsOfFile: path + "/" + relative, encoding: .utf8)
    }
    func has(_ relative: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + relative) }
}

extension CassetteHeader {
    static func sample() throws -> CassetteHeader {
        CassetteHeader(
            name: try #require(CassetteName("dir/story")), recordedBy: "understudy 0.1.0", recordedOn: "2026-11-23",
            origins: [.init(service: .openai, upstream: "script", from: .script)])
    }
}

extension Interaction {
    static func sample(_ number: Int) -> Interaction {
        let operation = Operation(method: "POST", path: "/v1/chat/completions")
        let body: JSONValue = ["messages": [["role": "user", "content": .string("question \(number)")]]]
        return Interaction(
            number: number, at: Double(number), service: .openai, operation: operation,
            key: InteractionKey(
                service: .openai, operation: operation, inputs: nil, body: body.bytes(), rules: MatchRules()),
            request: RecordedBody(tree: body),
            response: RecordedResponse(
                status: 200, at: Double(number), content: .body(RecordedBody(tree: ["answer": .number(number)]))))
    }
}

@Suite struct CassetteRecordingTests {
    private let folder: TemporaryFolder
    private let target: String

    init() throws {
        folder = try TemporaryFolder()
        target = folder.path + "/cassettes/dir/story.yaml"
    }

    private func recorded(_ relative: String) throws -> [Int] {
        try Project().cassette(atPath: folder.path + "/" + relative).index.map(\.number)
    }

    @Test func headerIsWrittenFirstAndEachInteractionAsItComes() async throws {
        let recording = try CassetteRecording(of: target, header: .sample())
        #expect(
            try folder.text("cassettes/dir/story.yaml.recording").hasPrefix(
                "---\nunderstudy: cassette/1\nname: dir/story\n"))
        #expect(try recorded("cassettes/dir/story.yaml.recording") == [])
        for number in 1...3 {
            try await recording.record(.sample(number))
            #expect(try recorded("cassettes/dir/story.yaml.recording") == Array(1...number))
        }
        #expect(await recording.count == 3)
        #expect(!folder.has("cassettes/dir/story.yaml"))
        await recording.leave()
    }

    @Test func finishedRecordingTakesTheCassettesPlace() async throws {
        try folder.write("cassettes/dir/story.yaml", "the old one")
        let recording = try CassetteRecording(of: target, header: .sample())
        try await recording.record(.sample(1))
        #expect(try folder.text("cassettes/dir/story.yaml") == "the old one")
        try await recording.finish()
        #expect(try recorded("cassettes/dir/story.yaml") == [1])
        #expect(!folder.has("cassettes/dir/story.yaml.recording"))
        await #expect(throws: FileError.self) { try await recording.record(.sample(2)) }
        #expect(try recorded("cassettes/dir/story.yaml") == [1])
    }

    @Test func leftRecordingStaysAndTheCassetteIsUntouched() async throws {
        try folder.write("cassettes/dir/story.yaml", "the old one")
        let recording = try CassetteRecording(of: target, header: .sample())
        try await recording.record(.sample(1))
        await recording.leave()
        await recording.leave()
        #expect(try folder.text("cassettes/dir/story.yaml") == "the old one")
        #expect(try recorded("cassettes/dir/story.yaml.recording") == [1])
    }

    @Test func secondRecorderIsRefusedUntilTheFirstHasEnded() async throws {
        let first = try CassetteRecording(of: target, header: .sample())
        try await first.record(.sample(1))
        let error = try #require(throws: FileError.self) { try CassetteRecording(of: target, header: .sample()) }
        #expect(error.description.contains("another understudy is recording it") && error.path == target + ".recording")
        #expect(!error.isMissing)
        #expect(throws: FileError.self) { try CassetteRecording.adopt(target) }
        #expect(try recorded("cassettes/dir/story.yaml.recording") == [1])
        try await first.finish()
        let second = try CassetteRecording(of: target, header: .sample())
        await second.leave()
    }

    @Test func recorderThatIsLetGoOfHoldsNoLock() async throws {
        do { _ = try CassetteRecording(of: target, header: .sample()) }
        let second = try CassetteRecording(of: target, header: .sample())
        await second.leave()
    }

    @Test func interruptedRecordingIsKept() async throws {
        let first = try CassetteRecording(of: target, header: .sample())
        try await first.record(.sample(7))
        await first.leave()
        let second = try CassetteRecording(of: target, header: .sample())
        #expect(try recorded("cassettes/dir/story.yaml.recording.old") == [7])
        #expect(try recorded("cassettes/dir/story.yaml.recording") == [])
        await second.leave()
        // One that has nothing does not take its place.
        let third = try CassetteRecording(of: target, header: .sample())
        #expect(try recorded("cassettes/dir/story.yaml.recording.old") == [7])
        try await third.record(.sample(8))
        try await third.finish()
        #expect(try recorded("cassettes/dir/story.yaml") == [8])
    }

    @Test(arguments: ["", "---\ninteraction: 9\nat: 9.0", "---\n", "-"]) func adoptedRecordingHasNoTornEnd(torn: String)
        async throws
    {
        try folder.write("cassettes/dir/story.yaml", "the old one")
        let recording = try CassetteRecording(of: target, header: .sample())
        for number in 1...2 { try await recording.record(.sample(number)) }
        await recording.leave()
        let whole = try folder.text("cassettes/dir/story.yaml.recording")
        try folder.write("cassettes/dir/story.yaml.recording", whole + torn)
        #expect(try CassetteRecording.adopt(target) == 2)
        #expect(try folder.text("cassettes/dir/story.yaml") == whole)
        #expect(!folder.has("cassettes/dir/story.yaml.recording"))
    }

    @Test func whatIsNoRecordingIsNotAdopted() throws {
        let missing = try #require(throws: FileError.self) { try CassetteRecording.adopt(target) }
        #expect(missing.isMissing)
        try folder.write("cassettes/dir/story.yaml", "the old one")
        try folder.write("cassettes/dir/story.yaml.recording", "---\nsomething: else\n...\n")
        #expect(throws: Diagnostics.self) { try CassetteRecording.adopt(target) }
        #expect(try folder.text("cassettes/dir/story.yaml") == "the old one")
        #expect(folder.has("cassettes/dir/story.yaml.recording"))
    }

    @Test func fullDiskIsAnErrorThatSaysSo() throws {
        try folder.write("cassettes/dir/keep", "")
        try FileManager.default.createSymbolicLink(atPath: target + ".recording", withDestinationPath: "/dev/full")
        let error = try #require(throws: FileError.self) { try CassetteRecording(of: target, header: .sample()) }
        #expect(error.description == "cannot write to '\(target).recording': No space left on device")
    }

    @Test func folderInTheWayIsAnError() throws {
        try folder.write("cassettes/dir", "a file")
        #expect(throws: FileError.self) { try CassetteRecording(of: target, header: .sample()) }
    }
}
