import Documents

/// What Azure's content filters say of a text in which they found nothing.
enum AzureFilterResults {
    static let harmless = JSONValue.object(
        JSONObject(
            ["hate", "self_harm", "sexual", "violence"].map { name -> (String, JSONValue) in
                (name, ["filtered": false, "severity": "safe"])
            }))

    /// `prompt_filter_results`.
    static let ofPrompt: JSONValue = [["prompt_index": 0, "content_filter_results": harmless]]
}
