import Cassettes
import Documents
import TestSupport
import Testing

/// Two requests have one key exactly when they mean the same.
@Suite struct RequestIdentityTests {
    @Test(arguments: KnownRequest.all)
    func everySpellingIsAHit(request: KnownRequest) {
        var json = RandomJSON(seed: 31)
        let expected = request.key()
        for _ in 0..<60 { #expect(request.key(json.respelled(request.body)) == expected) }
        for layout in JSONLayout.all { #expect(request.key(request.body.bytes(in: layout)) == expected) }
    }

    @Test(arguments: KnownRequest.all)
    func everyChangeOfASinglePlaceIsAMiss(request: KnownRequest) {
        let expected = request.key()
        var misses = 0
        for changed in RandomJSON.mutations(of: request.body) {
            let isSame = request.service.areSame(changed, request.body)
            #expect((request.key(of: changed) == expected) == isSame, "\(changed.text().prefix(300))")
            if !isSame { misses += 1 }
        }
        #expect(misses > (request.service == .hopx || request.service == .http ? 30 : 300))
    }

    @Test(arguments: Service.allCases)
    func randomBodiesHaveOneKeyExactlyWhenTheyMeanTheSame(service: Service) {
        var json = RandomJSON(seed: 4711)
        for number in 0..<400 {
            let body = json.value()
            let request = KnownRequest(service: service, operation: .init(method: "POST", path: "/x"), body: body)
            // A number whose exponent has no end has no canonical form, and is known by its bytes.
            guard CanonicalJSON.bytes(of: body) != nil else { continue }
            #expect(request.key(json.respelled(body)) == request.key(), "body \(number)")
            for changed in RandomJSON.mutations(of: body).prefix(25) where CanonicalJSON.bytes(of: changed) != nil {
                let isSame = service.areSame(changed, body)
                #expect(
                    (request.key(json.respelled(changed)) == request.key()) == isSame,
                    "body \(number): \(changed.text())")
            }
        }
    }

    /// What never counts, for each service: the same with another value, with null and without it, and what still counts.
    @Test(
        arguments: [
            (
                .openai, "{\"a\":1}",
                [
                    "{\"a\":1,\"prompt_cache_key\":\"x\"}", "{\"a\":1,\"stop\":null}",
                    "{\"a\":1,\"stream_options\":{\"include_obfuscation\":false}}",
                ],
                [
                    "{\"a\":null}", "{\"a\":1,\"x\":{\"prompt_cache_key\":1}}",
                    "{\"a\":1,\"stream_options\":{\"include_usage\":true}}", "[{\"a\":1}]",
                ]
            ),
            (
                .openai, "{\"stream_options\":{\"x\":{}}}",
                ["{\"stream_options\":{\"x\":{},\"include_obfuscation\":true}}"],
                [
                    "{\"stream_options\":{\"x\":{\"include_obfuscation\":true}}}",
                    "{\"stream_options\":[{\"include_obfuscation\":1}]}",
                ]
            ),
            (
                .anthropic, "{\"a\":1}", ["{\"a\":1,\"system\":null}"],
                ["{\"a\":1,\"prompt_cache_key\":\"x\"}", "{\"a\":1,\"b\":{\"c\":null}}"]
            ),
            (
                .gemini, "{\"generationConfig\":{\"topP\":1}}",
                ["{\"generation_config\":{\"top_p\":1.0}}", "{\"generationConfig\":{\"top_p\":1},\"tools\":null}"],
                ["{\"generationConfig\":{\"top_p\":2}}", "{\"generationConfig\":{\"topP\":1,\"top_p\":1}}"]
            ),
            (
                .hopx, "{\"code\":\"1\"}", ["{\"code\":\"1\",\"callback_url\":\"http://127.0.0.1:1/\"}"],
                ["{\"code\":\"1\",\"env\":null}", "{\"code\":\"1\",\"x\":{\"callback_url\":1}}"]
            ),
            (
                .http, "{\"a\":1}", ["{\"a\":1.0}"],
                ["{\"a\":1,\"b\":null}", "{\"a\":1,\"callback_url\":1}", "{\"a\":1,\"prompt_cache_key\":1}"]
            ),
        ] as [(Service, String, [String], [String])])
    func protocolDefaults(service: Service, body: String, hits: [String], misses: [String]) {
        let request = KnownRequest(service: service, operation: .init(method: "POST", path: "/x"), body: .null)
        let expected = request.key(Array(body.utf8))
        for hit in hits { #expect(request.key(Array(hit.utf8)) == expected, "\(hit)") }
        for miss in misses { #expect(request.key(Array(miss.utf8)) != expected, "\(miss)") }
    }

    /// A build's archive is another one at each checkout.
    @Test(arguments: [
        ("/v1/templates/files/upload-link", "{\"files_hash\":\"1\",\"content_length\":1}", "{}", true),
        ("/v1/templates/files/upload-link", "{\"x\":1}", "{\"x\":2}", false),
        ("/v1/templates/build", "{\"files_hash\":\"1\"}", "{\"files_hash\":\"2\"}", false),
        (
            "/v1/templates/build", "{\"steps\":[{\"a\":1,\"filesHash\":\"1\"},{}]}",
            "{\"steps\":[{\"a\":1},{}]}", true
        ),
        ("/v1/templates/build", "{\"steps\":[{\"a\":1,\"filesHash\":\"1\"}]}", "{\"steps\":[{\"a\":2}]}", false),
        ("/v1/templates/build", "{\"steps\":{\"filesHash\":1}}", "{\"steps\":{}}", false),
        ("/v1/templates/build", "{\"steps\":{\"a\":{\"filesHash\":1}}}", "{\"steps\":{\"a\":{}}}", false),
        ("/v1/templates/build", "{\"steps\":[[{\"filesHash\":1}]]}", "{\"steps\":[[{}]]}", false),
        ("/v1/templates/build", "{\"steps\":[{\"a\":{\"filesHash\":1}}]}", "{\"steps\":[{\"a\":{}}]}", false),
        ("/v1/templates/build", "{\"x\":[{\"filesHash\":1}]}", "{\"x\":[{}]}", false),
        ("/execute", "{\"files_hash\":\"1\"}", "{\"files_hash\":\"2\"}", false),
    ])
    func hashesOfABuildsFilesDoNotCount(path: String, body: String, other: String, isSame: Bool) {
        let request = KnownRequest(service: .hopx, operation: .init(method: "POST", path: path), body: .null)
        #expect((request.key(Array(body.utf8)) == request.key(Array(other.utf8))) == isSame)
    }

    @Test(arguments: [
        ("/openai/deployments/gpt-4o/chat/completions", "gpt-4o", true),
        ("/openai/deployments/g%2Fé/embeddings", "g/é", true),
        ("/openai/deployments/gpt-4o/chat/completions", "gpt-4", false),
        ("/openai/v1/chat/completions", "gpt-4o", false),
        ("/openai/deployments", "gpt-4o", false),
    ])
    func azuresModelIsTheDeploymentOfThePath(path: String, model: String, isSame: Bool) {
        let request = KnownRequest(service: .azure, operation: .init(method: "POST", path: path), body: ["input": "x"])
        let named: JSONValue = ["input": "x", "model": .string(model)]
        #expect((request.key(of: named) == request.key()) == isSame)
        #expect(request.key(of: ["input": "x", "model": .null]) == request.key())
    }

    /// What is repeated in an object is no strict JSON, whichever of the two is null or ignored.
    @Test(arguments: [
        "{\"a\":null,\"a\":1}", "{\"prompt_cache_key\":1,\"prompt_cache_key\":2}", "{\"b\":0,\"a\":null,\"b\":null}",
    ])
    func aNameGivenTwiceStaysAnError(text: String) {
        let request = KnownRequest(service: .openai, operation: .init(method: "POST", path: "/x"), body: .null)
        #expect(request.key(Array(text.utf8)) != request.key(Array((text + " ").utf8)))
    }
}
