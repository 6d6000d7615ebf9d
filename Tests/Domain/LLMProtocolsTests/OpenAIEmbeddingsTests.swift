import Documents
import HTTPMessages
import LLMProtocols
import Testing

@Suite struct OpenAIEmbeddingsTests {
    private static func reply(_ members: String) throws -> JSONValue {
        let request = try OpenAIEmbeddingsRequest(body: Array(#"{"model":"text-embedding-3-small",\#(members)}"#.utf8))
        return OpenAIEmbeddingsReply(to: request).json
    }

    @Test(arguments: [
        (#""Hello""#, 1, 2), (#"["Hello","you"]"#, 2, 3), ("[1,2,3]", 1, 3), ("[[1,2],[3]]", 2, 3), (#"[""]"#, 1, 0),
    ])
    func everyInputHasAVector(input: String, count: Int, tokens: Int) throws {
        let json = try Self.reply(#""input":\#(input),"dimensions":8"#)
        #expect(json["object"] == "list")
        #expect(json["model"] == "text-embedding-3-small")
        let data = try #require(json["data"]?.arrayValue)
        #expect(data.map { $0["index"]?.intValue } == Array(0..<count))
        #expect(data.allSatisfy { $0["object"] == "embedding" && $0["embedding"]?.arrayValue?.count == 8 })
        #expect(json["usage"] == ["prompt_tokens": .number(tokens), "total_tokens": .number(tokens)])
    }

    @Test func vectorsHaveTheUsualSizeUnlessAsked() throws {
        #expect(try Self.reply(#""input":"a""#)["data"]?.arrayValue?.first?["embedding"]?.arrayValue?.count == 1536)
    }

    /// The bytes are those of the numbers: `<f4` for numpy.
    @Test func base64IsTheSameNumbers() throws {
        let floats = try Self.reply(#""input":"a","dimensions":3,"encoding_format":"float""#)
        let base64 = try Self.reply(#""input":"a","dimensions":3,"encoding_format":"base64""#)
        let numbers = try #require(floats["data"]?.arrayValue?.first?["embedding"]?.arrayValue)
        let text = try #require(base64["data"]?.arrayValue?.first?["embedding"]?.stringValue)
        var bits: [UInt32] = []
        var bytes: [UInt8] = []
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var held = 0
        var heldBits = 0
        for byte in text.utf8 where byte != UInt8(ascii: "=") {
            held = (held << 6 | (try #require(alphabet.firstIndex(of: byte)))) & 0xFFFF
            heldBits += 6
            guard heldBits >= 8 else { continue }
            heldBits -= 8
            bytes.append(UInt8(held >> heldBits & 0xFF))
        }
        for index in stride(from: 0, to: bytes.count, by: 4) {
            bits.append(bytes[index..<index + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
        }
        #expect(bits.map { Float(bitPattern: $0) } == numbers.map { Float($0.doubleValue ?? 9) })
    }

    @Test(arguments: [
        (#""x":1"#, "input"), (#""input":[]"#, "input"), (#""input":{}"#, "input"), (#""input":[1,"a"]"#, "input[1]"),
        (#""input":["a",1]"#, "input[1]"), (#""input":[[]]"#, "input[0]"), (#""input":[[1,"a"]]"#, "input[0][1]"),
        (#""input":"a","dimensions":0"#, "dimensions"), (#""input":"a","dimensions":100000000"#, "dimensions"),
        (#""input":"a","encoding_format":"hex""#, "encoding_format"),
        (#""input":["a"\#(String(repeating: #","a""#, count: 2048))]"#, "input"),
    ])
    func aWrongBodyIsRefusedByItsField(members: String, param: String) {
        let error = #expect(throws: OpenAIError.self) { try Self.reply(members) }
        #expect(error?.status == 400)
        #expect(error?.param == param)
    }

    @Test func theModelMayStandInThePath() throws {
        #expect(try OpenAIEmbeddingsRequest(body: Array(#"{"input":"a"}"#.utf8), pathModel: "d").model == "d")
        #expect(throws: OpenAIError.self) { try OpenAIEmbeddingsRequest(body: Array(#"{"input":"a"}"#.utf8)) }
    }
}
