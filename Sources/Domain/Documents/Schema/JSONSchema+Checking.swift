extension JSONSchema {
    func check(_ value: JSONValue, at pointer: String) -> Violation? {
        for rule in rules {
            if let violation = rule.check(value, at: pointer) { return violation }
        }
        return nil
    }
}

extension JSONSchema.Rule {
    fileprivate typealias Violation = JSONSchema.Violation

    fileprivate func check(_ value: JSONValue, at pointer: String) -> Violation? {
        func violation(_ message: String) -> Violation { Violation(pointer: pointer, message: message) }
        switch self {
        case .types(let types):
            return types.contains { value.isOfType($0) }
                ? nil : violation("\(value.kindName) instead of \(types.joined(separator: " or "))")
        case .oneOf(let values):
            return values.contains(value)
                ? nil : violation("\(value.text()) instead of \(values.map { $0.text() }.joined(separator: " or "))")
        case .members(let schemas, let required, let others):
            return members(value, schemas, required, others, at: pointer)
        case .items, .prefix, .contains, .uniqueItems: return items(value, at: pointer)
        case .number(let bound, let limit):
            guard let number = value.doubleValue, !bound.admits(number, limit) else { return nil }
            return violation("\(value.text()) is beyond \(bound.rawValue) \(JSONNumber(limit)?.spelling ?? "\(limit)")")
        case .size(let measure, let least, let most):
            guard let size = measure.size(of: value), size < least ?? 0 || size > most ?? .max else { return nil }
            return violation("\(size) \(measure.word), expected \(Self.words(least, most))")
        case .pattern(let pattern):
            guard let text = value.stringValue else { return nil }
            // Its reader has refused what is no expression; a schema that is made otherwise must not pass for it.
            if let regex = try? Regex(pattern), text.firstMatch(of: regex.matchingSemantics(.unicodeScalar)) != nil {
                return nil
            }
            return violation("\(value.text()) does not match \(pattern)")
        case .all(let schemas): return schemas.lazy.compactMap { $0.check(value, at: pointer) }.first
        case .any(let schemas):
            return schemas.contains { $0.check(value, at: pointer) == nil } ? nil : violation("none of anyOf fits")
        case .one(let schemas):
            let count = schemas.count { $0.check(value, at: pointer) == nil }
            return count == 1 ? nil : violation("\(count) of oneOf fit, expected 1")
        case .not(let schema):
            return schema.check(value, at: pointer) == nil ? violation("what 'not' forbids") : nil
        case .nothing: return violation("nothing is allowed here")
        }
    }

    private func members(
        _ value: JSONValue, _ schemas: [String: JSONSchema], _ required: [String], _ others: JSONSchema?,
        at pointer: String
    ) -> Violation? {
        guard let object = value.objectValue else { return nil }
        for name in required where object[name] == nil {
            return Violation(pointer: pointer, message: "'\(name)' is missing")
        }
        for member in object.members {
            let place = pointer + "/" + JSONSchema.token(member.name)
            if let schema = schemas[member.name] {
                if let violation = schema.check(member.value, at: place) { return violation }
            } else if let violation = others?.check(member.value, at: place) {
                return violation
            }
        }
        return nil
    }

    private func items(_ value: JSONValue, at pointer: String) -> Violation? {
        guard let items = value.arrayValue else { return nil }
        switch self {
        case .items(let schema, let count):
            return items.enumerated().dropFirst(count).lazy.compactMap { schema.check($1, at: "\(pointer)/\($0)") }
                .first
        case .prefix(let schemas):
            return zip(schemas, items).enumerated().lazy.compactMap { $1.0.check($1.1, at: "\(pointer)/\($0)") }.first
        case .contains(let schema):
            return items.contains { schema.check($0, at: pointer) == nil }
                ? nil : Violation(pointer: pointer, message: "no item is as 'contains' says")
        default:
            for (index, item) in items.enumerated() where items[..<index].contains(item) {
                return Violation(pointer: "\(pointer)/\(index)", message: "\(item.text()) is there twice")
            }
            return nil
        }
    }

    private static func words(_ least: Int?, _ most: Int?) -> String {
        [least.map { "at least \($0)" }, most.map { "at most \($0)" }].compactMap(\.self).joined(separator: ", ")
    }
}

extension JSONSchema {
    /// A member's name as a part of a JSON Pointer.
    fileprivate static func token(_ name: String) -> String {
        name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}

extension JSONSchema.Bound {
    fileprivate func admits(_ number: Double, _ limit: Double) -> Bool {
        switch self {
        case .minimum: number >= limit
        case .maximum: number <= limit
        case .exclusiveMinimum: number > limit
        case .exclusiveMaximum: number < limit
        // As a quotient, so that 0.3 is a multiple of 0.1 as people understand it.
        case .multipleOf: limit == 0 || abs(number / limit - (number / limit).rounded()) < 1e-9
        }
    }
}

extension JSONSchema.Measure {
    fileprivate func size(of value: JSONValue) -> Int? {
        switch self {
        case .characters: value.stringValue?.unicodeScalars.count
        case .items: value.arrayValue?.count
        case .members: value.objectValue?.count
        }
    }

    fileprivate var word: String {
        switch self {
        case .characters: "characters"
        case .items: "items"
        case .members: "members"
        }
    }
}

extension JSONValue {
    fileprivate func isOfType(_ type: String) -> Bool {
        switch type {
        case "array": arrayValue != nil
        case "boolean": boolValue != nil
        case "integer": doubleValue.map { $0.rounded() == $0 } ?? false
        case "null": isNull
        case "number": doubleValue != nil
        case "object": objectValue != nil
        default: stringValue != nil
        }
    }
}
