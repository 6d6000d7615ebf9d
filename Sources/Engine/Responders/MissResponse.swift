import Cassettes
import Documents
import HTTPMessages
import HopXProtocol
import LLMProtocols

extension Service {
    /// A refusal in the service's own shape that clients neither retry nor swallow: 422.
    func refusal(code: String, message: String, status: Int = 422) -> Response {
        switch self {
        case .hopx:
            let plane: HopXOperation.Plane = .agent
            var response = HopXError(status, code.uppercased(), message).response(on: plane, requestID: "req_\(code)", now: 0)
            response.headers["x-should-retry"] = "false"
            return response
        case .openai, .azure, .anthropic, .gemini, .http:
            return OpenAIError(status: status, message: message, code: code, headers: ["x-should-retry": "false"]).response
        }
    }
}
