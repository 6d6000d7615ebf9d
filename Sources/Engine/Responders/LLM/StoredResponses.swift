import Documents
import LLMProtocols

/// Answers of Responses that a session keeps, for requests that go on from them; bounded, the oldest fall out.
struct StoredResponses {
    /// More than this are not kept.
    static let bound = 10_000

    private var byID: [String: StoredResponse] = [:]
    /// A conversation's id → its latest response.
    private var latest: [String: String] = [:]
    /// A kept item's id → its response.
    private var items: [String: String] = [:]
    private var order: [String] = []

    /// The response of this id, or the latest of the conversation of this id.
    subscript(id: String) -> StoredResponse? { byID[id] ?? latest[id].flatMap { byID[$0] } }

    /// The item of an id, in any response that is kept.
    func item(_ id: String) -> JSONValue? {
        items[id].flatMap { byID[$0] }?.allItems.first { $0["id"]?.stringValue == id }
    }

    mutating func keep(_ response: StoredResponse) {
        if byID.updateValue(response, forKey: response.id) == nil { order.append(response.id) }
        if let conversation = response.conversationID { latest[conversation] = response.id }
        for item in response.allItems {
            if let id = item["id"]?.stringValue { items[id] = response.id }
        }
        while order.count > StoredResponses.bound { remove(order[0]) }
    }

    mutating func remove(_ id: String) {
        guard let response = byID.removeValue(forKey: id) else { return }
        order.removeAll { $0 == id }
        if let conversation = response.conversationID, latest[conversation] == id { latest[conversation] = nil }
        for item in response.allItems {
            if let item = item["id"]?.stringValue, items[item] == id { items[item] = nil }
        }
    }
}
