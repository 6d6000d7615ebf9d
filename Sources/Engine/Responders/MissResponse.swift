import Cassettes
import Documents
import HTTPMessages
import HopXProtocol
import LLMProtocols

extension Service {
    /// A refusal in the service's own shape that clients neither retry nor swallow: 422.
    ///
    /// - Parameter plane: HopX: whose error shape the client reads.
    func refusal(code: String, message: String, status: Int = 422, plane: HopXOperation.Plane = .agent) -> Response {
        switch self {
        case .hopx:
            var response = HopXError(status, code.uppercased(), message).response(
                on: plane, requestID: "req_\(code)", now: 0)
            response.headers["x-should-retry"] = "false"
            return response
        case .anthropic:
            let message = code == "invalid_api_key" ? message : "\(code): \(message)"
            return AnthropicError(status: status, message: message, headers: ["x-should-retry": "false"]).response
        case .gemini:
            return GeminiError(code: status, message: "\(code): \(message)", headers: ["x-should-retry": "false"])
                .response
        case .openai, .azure, .http:
            return OpenAIError(status: status, message: message, code: code, headers: ["x-should-retry": "false"])
                .response
        }
    }
}
