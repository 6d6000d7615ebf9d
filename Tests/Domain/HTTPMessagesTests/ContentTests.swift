import HTTPMessages
import Testing

@Suite struct ContentTests {
    @Test func joinsItsChunks() async throws {
        let stream = ContentStream([.chunk([1, 2]), .pause(.seconds(1)), .chunk([3])])
        #expect(try await Response.Content.stream(stream).joined() == [1, 2, 3])
        // Each reader starts anew.
        #expect(try await Response.Content.stream(stream).joined() == [1, 2, 3])
        #expect(try await Response.Content.whole([4]).joined() == [4])
    }

    @Test func isNotWholeWhenCutOffOrASocket() async throws {
        #expect(try await Response.Content.stream(ContentStream([.chunk([1]), .drop])).joined() == nil)
        #expect(try await Response.Content.socket { _ in }.joined() == nil)
    }
}
