import HTTPMessages
import LLMProtocols
import Testing

@Suite struct LLMOperationTests {
    @Test(arguments: [
        ("POST", "/v1/chat/completions", LLMOperation.chatCompletion(azureDeployment: nil)),
        ("POST", "/chat/completions", .chatCompletion(azureDeployment: nil)),
        ("POST", "/openai/deployments/my%20gpt/chat/completions", .chatCompletion(azureDeployment: "my gpt")),
        ("POST", "/openai/v1/chat/completions", .chatCompletion(azureDeployment: nil)),
        ("POST", "/openai/deployments/e/embeddings", .embeddings(azureDeployment: "e")),
        ("POST", "/v1/embeddings", .embeddings(azureDeployment: nil)),
        ("POST", "/v1/completions", .completion(azureDeployment: nil)),
        ("POST", "/v1/responses", .createResponse),
        ("POST", "/openai/responses", .createResponse),
        ("POST", "/openai/v1/responses", .createResponse),
        ("GET", "/v1/responses/resp_1", .response(id: "resp_1")),
        ("DELETE", "/v1/responses/resp_1", .deleteResponse(id: "resp_1")),
        ("GET", "/v1/responses/resp_1/input_items", .responseInputItems(id: "resp_1")),
        ("POST", "/v1/responses/resp_1/cancel", .cancelResponse(id: "resp_1")),
        ("POST", "/v1/responses/input_tokens", .responseInputTokens),
        ("POST", "/v1/responses/compact", .compactResponse),
        ("GET", "/v1/models", .models),
        ("GET", "/v1/models/org/name", .model(id: "org/name")),
        ("GET", "/openai/models", .models),
    ])
    func openAIsPathsAreKnown(method: String, path: String, operation: LLMOperation) throws {
        #expect(try LLMOperation.openAI(Request(method: method, path: path)) == operation)
    }

    @Test(arguments: [
        ("POST", "/v1/messages", LLMOperation.anthropicMessage),
        ("POST", "/v1/messages/count_tokens", .anthropicTokenCount),
        ("GET", "/v1/models", .anthropicModels),
        ("GET", "/v1/models/claude-x", .anthropicModel(id: "claude-x")),
    ])
    func anthropicsPathsAreKnown(method: String, path: String, operation: LLMOperation) throws {
        #expect(try LLMOperation.anthropic(Request(method: method, path: path)) == operation)
    }

    @Test(arguments: [
        (
            "POST", "/v1beta/models/gemini-3:generateContent",
            LLMOperation.geminiGenerate(model: "gemini-3", isStream: false)
        ),
        ("POST", "/v1/models/gemini-3:streamGenerateContent", .geminiGenerate(model: "gemini-3", isStream: true)),
        ("POST", "/v1alpha/models/a:b:countTokens", .geminiTokenCount(model: "a:b")),
        ("POST", "/v1beta/models/e:embedContent", .geminiEmbedding(model: "e")),
        ("POST", "/v1beta/models/e:batchEmbedContents", .geminiEmbeddings(model: "e")),
        ("GET", "/v1beta/models", .geminiModels),
        ("GET", "/v1beta/models/gemini-3", .geminiModel(id: "gemini-3")),
    ])
    func geminisPathsAreKnown(method: String, path: String, operation: LLMOperation) throws {
        #expect(try LLMOperation.gemini(Request(method: method, path: path)) == operation)
    }

    @Test(arguments: [
        "/", "/v1", "/v1/chat", "/v1/chat/completions/x", "/v1/responses/a/b", "/v1/responses/a/b/c", "/v1/files",
        "/openai/deployments", "/openai/deployments/x",
    ])
    func otherPathsOfOpenAIAreUnknown(path: String) throws {
        #expect(try LLMOperation.openAI(Request(method: "POST", path: path)) == nil)
    }

    @Test(arguments: ["/v1/complete", "/v1/messages/batches", "/v1", "/v1/messages/count_tokens/x"])
    func otherPathsOfAnthropicAreUnknown(path: String) throws {
        #expect(try LLMOperation.anthropic(Request(method: "POST", path: path)) == nil)
    }

    @Test(arguments: ["/v1beta/models/x:tune", "/v1beta/files", "/v1beta", "/"])
    func otherPathsOfGeminiAreUnknown(path: String) throws {
        #expect(try LLMOperation.gemini(Request(method: "POST", path: path)) == nil)
    }

    @Test func aWrongMethodSaysWhichAreRight() {
        #expect(throws: LLMOperation.WrongMethod(allowed: "POST")) {
            try LLMOperation.openAI(Request(method: "GET", path: "/v1/chat/completions"))
        }
        #expect(throws: LLMOperation.WrongMethod(allowed: "GET, DELETE")) {
            try LLMOperation.openAI(Request(method: "PUT", path: "/v1/responses/resp_1"))
        }
        #expect(throws: LLMOperation.WrongMethod(allowed: "POST")) {
            try LLMOperation.gemini(Request(method: "GET", path: "/v1/models/m:generateContent"))
        }
        #expect(throws: LLMOperation.WrongMethod(allowed: "GET")) {
            try LLMOperation.anthropic(Request(method: "POST", path: "/v1/models"))
        }
    }
}
