import Documents

/// Where what happened first differs from what is expected.
struct GoldenDifference: CustomStringConvertible {
    var place: JSONPointer
    /// Nil where there is nothing.
    var expected: JSONValue?
    var observed: JSONValue?

    var description: String {
        "\(place.path)\n      expected: \(text(expected))\n      observed: \(text(observed))"
    }

    private func text(_ value: JSONValue?) -> String {
        guard let text = value?.text() else { return "nothing" }
        return text.count > 400 ? "\(text.prefix(400))…" : text
    }
}

/// Compares as the golden files' README says: JSON values, costs with a tolerance, no wording of services' errors.
func firstDifference(
    _ expected: JSONValue?, _ observed: JSONValue?, at place: JSONPointer = JSONPointer()
) -> GoldenDifference? {
    let difference = GoldenDifference(place: place, expected: expected, observed: observed)
    switch (expected, observed) {
    case (nil, nil): return nil
    case (.array(let expected)?, .array(let observed)?):
        for index in 0..<max(expected.count, observed.count) {
            let one = index < expected.count ? expected[index] : nil
            let other = index < observed.count ? observed[index] : nil
            if let found = firstDifference(one, other, at: place.appending(String(index))) { return found }
        }
        return nil
    case (.object(let expected)?, .object(let observed)?):
        let added = observed.members.map(\.name).filter { expected[$0] == nil }
        for name in expected.members.map(\.name) + added {
            if isServiceWording(name, of: expected) { continue }
            if let found = firstDifference(expected[name], observed[name], at: place.appending(name)) { return found }
        }
        return nil
    case (.number(let one)?, .number(let other)?):
        if one == other { return nil }
        let isCost = place.tokens.last == "cost" || place.tokens.last == "total_cost"
        if isCost, let one = one.doubleValue, let other = other.doubleValue, abs(one - other) < 1e-9 { return nil }
        return difference
    default: return expected == observed ? nil : difference
    }
}

/// The message of an error that a service answered with is the SDK's wording.
private func isServiceWording(_ name: String, of expected: JSONObject) -> Bool {
    name == "message" && expected["type"] != nil && expected["status_code"] != nil
}
