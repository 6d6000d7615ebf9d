/// A place inside a JSON value, as RFC 6901 writes it: `/messages/0/content`; empty for the whole.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    public var tokens: [String]

    public init(_ tokens: [String] = []) { self.tokens = tokens }

    /// Nil when the text is neither empty nor starts with `/`, or has a `~` that is neither `~0` nor `~1`.
    public init?(parsing text: String) {
        guard !text.isEmpty else {
            tokens = []
            return
        }
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        var tokens: [String] = []
        // By scalars: Swift takes a slash and a combining accent after it for one character.
        for part in text.unicodeScalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            var token = ""
            var rest = part[...]
            while let scalar = rest.popFirst() {
                guard scalar == "~" else {
                    token.unicodeScalars.append(scalar)
                    continue
                }
                switch rest.popFirst() {
                case "0": token.unicodeScalars.append("~")
                case "1": token.unicodeScalars.append("/")
                default: return nil
                }
            }
            tokens.append(token)
        }
        self.tokens = tokens
    }

    public var description: String {
        var text = String.UnicodeScalarView()
        for token in tokens {
            text.append("/")
            for scalar in token.unicodeScalars {
                switch scalar {
                case "~": text.append(contentsOf: "~0".unicodeScalars)
                case "/": text.append(contentsOf: "~1".unicodeScalars)
                default: text.append(scalar)
                }
            }
        }
        return String(text)
    }

    /// An item's index: digits without leading zeros (RFC 6901 section 4); nil for anything else.
    static func index(_ token: String) -> Int? {
        guard token == "0" || token.utf8.first != UInt8(ascii: "0"),
            token.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(token)
    }

    public func appending(_ token: String) -> JSONPointer { JSONPointer(tokens + [token]) }

    /// As a person writes it in a JSON path: `$.messages[0].content`.
    public var path: String {
        "$"
            + tokens.map { token in
                if token.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), !token.isEmpty { return "[\(token)]" }
                let isWord = token.unicodeScalars.allSatisfy { scalar in
                    scalar == "_" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                }
                return isWord && !token.isEmpty ? ".\(token)" : "['\(token)']"
            }.joined()
    }
}

extension JSONValue {
    /// The value at a place; nil when there is none.
    public subscript(pointer: JSONPointer) -> JSONValue? {
        var value = self
        for token in pointer.tokens {
            switch value {
            case .object(let object):
                guard let next = object[token] else { return nil }
                value = next
            case .array(let items):
                guard let index = JSONPointer.index(token), items.indices.contains(index) else { return nil }
                value = items[index]
            default: return nil
            }
        }
        return value
    }

    /// Replaces the value at a place whose parent exists; a new member is appended, nil removes.
    ///
    /// - Returns: False when the parent is missing, or an index is beyond the list's end.
    @discardableResult
    public mutating func set(_ value: JSONValue?, at pointer: JSONPointer) -> Bool {
        guard let token = pointer.tokens.first else {
            guard let value else { return false }
            self = value
            return true
        }
        let rest = JSONPointer(Array(pointer.tokens.dropFirst()))
        switch self {
        case .object(var object):
            if rest.tokens.isEmpty {
                guard value != nil || object[token] != nil else { return false }
                object[token] = value
            } else {
                guard var child = object[token], child.set(value, at: rest) else { return false }
                object[token] = child
            }
            self = .object(object)
        case .array(var items):
            guard let index = JSONPointer.index(token), index <= items.count else { return false }
            if rest.tokens.isEmpty {
                switch value {
                case let value? where index == items.count: items.append(value)
                case let value?: items[index] = value
                case nil:
                    guard index < items.count else { return false }
                    items.remove(at: index)
                }
            } else {
                guard index < items.count, items[index].set(value, at: rest) else { return false }
            }
            self = .array(items)
        default: return false
        }
        return true
    }
}
