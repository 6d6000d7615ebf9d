import Testing
import Transcripts

@Suite struct RunNameTests {
    @Test(arguments: [
        ("latest", RunName.latest(back: 0)),
        ("latest~", .latest(back: 1)),
        ("latest~12", .latest(back: 12)),
        ("#nightly", .label("nightly", back: 0)),
        ("#nightly~2", .label("nightly", back: 2)),
        ("#a~b", .label("a~b", back: 0)),
        ("@main", .branch("main", back: 0)),
        ("@fix/it~1", .branch("fix/it", back: 1)),
        ("019A0b", .idPrefix("019a0b")),
        ("019a-", .idPrefix("019a-")),
    ])
    func aNameSaysWhichRun(text: String, name: RunName) throws {
        #expect(try RunName(text) == name)
    }

    @Test(arguments: ["", "#", "@", "lastest", "019a~1", "xyz", "latest~x"])
    func anythingElseIsRefused(text: String) {
        #expect(throws: RunNameError.malformed(text)) { try RunName(text) }
    }
}
