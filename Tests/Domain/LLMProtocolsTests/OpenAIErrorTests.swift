import HTTPMessages
import LLMProtocols
import Testing

@Suite struct OpenAIErrorTests {
    @Test(arguments: [
        (400, "invalid_request_error", "null"), (401, "invalid_request_error", #""invalid_api_key""#),
        (404, "invalid_request_error", "null"), (422, "invalid_request_error", "null"),
        (429, "requests", #""rate_limit_exceeded""#), (500, "server_error", "null"), (503, "server_error", "null"),
    ])
    func typeAndCodeGoWithTheStatus(status: Int, type: String, code: String) async throws {
        let response = OpenAIError(status: status, message: "no").response
        #expect(response.status == status)
        #expect(response.headers["content-type"] == "application/json")
        #expect(
            try await text(response)
                == #"{"error":{"message":"no","type":"\#(type)","param":null,"code":\#(code)}}"#)
    }

    @Test func givenTypeCodeAndHeadersAreSent() async throws {
        let error = OpenAIError(
            status: 429, message: "no", type: "tokens", param: "p", code: "c", headers: ["retry-after-ms": "5"])
        #expect(error.response.headers["retry-after-ms"] == "5")
        #expect(
            try await text(error.response)
                == #"{"error":{"message":"no","type":"tokens","param":"p","code":"c"}}"#)
    }

    @Test func noAnswerTellsClientsNotToRetry() {
        let response = OpenAIError.noAnswer(code: "cassette_miss", message: "no").response
        #expect(response.status == 422)
        #expect(response.headers["x-should-retry"] == "false")
    }

    private func text(_ response: Response) async throws -> String {
        String(decoding: try await response.content.joined() ?? [], as: UTF8.self)
    }
}
