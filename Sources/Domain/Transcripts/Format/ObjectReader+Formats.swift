import Documents

/// What the formats of runs and attempts have in common.
extension ObjectReader {
    /// Reports another format, or a later version of this one.
    mutating func expectFormat(_ name: String) {
        switch value("understudy")?.stringValue {
        case name: break
        case let other?: report("understudy", "'\(other)' is not known here", expected: name)
        case nil: report("understudy", "the format's name is missing", expected: "\"\(name)\"")
        }
    }

    mutating func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String, _: Word.Type) -> Word? {
        let text = text(name)
        let word = Word(rawValue: text)
        if word == nil, value(name)?.stringValue != nil {
            report(
                name, "unknown \(name) '\(text)'",
                expected: "one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }

    mutating func texts(_ name: String) -> [String] {
        (list(name) ?? []).enumerated().compactMap { index, value in
            if value.stringValue == nil {
                problems.append(
                    .init(
                        place: place.appending(name).appending(String(index)),
                        message: "\(value.kindName) where text belongs", expected: nil))
            }
            return value.stringValue
        }
    }

    /// Seconds since 1970.
    mutating func time(_ name: String) -> Double? {
        if value(name) == nil { report(name, "'\(name)' is missing", expected: "seconds since 1970") }
        return optionalTime(name)
    }

    mutating func optionalTime(_ name: String) -> Double? {
        guard let value = value(name) else { return nil }
        if let number = value.doubleValue, number.isFinite { return number }
        report(name, "'\(name)' cannot be \(value.kindName)", expected: "seconds since 1970")
        return nil
    }

    /// A SHA-256.
    mutating func digest(_ name: String) -> String? {
        if value(name) == nil { report(name, "'\(name)' is missing", expected: "64 hex digits, in lower case") }
        return optionalDigest(name)
    }

    mutating func optionalDigest(_ name: String) -> String? {
        guard let digest = optionalText(name) else { return nil }
        let isHex = digest.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        if digest.utf8.count == 64, isHex { return digest }
        report(name, "'\(digest)' is no SHA-256", expected: "64 hex digits, in lower case")
        return nil
    }

    /// Reads a part that has a reader of its own; what that reports stands below `place`.
    mutating func within(_ place: JSONPointer, _ read: () throws -> Void) {
        do {
            try read()
        } catch let error as TranscriptFormatError {
            problems += error.problems.map { problem in
                var problem = problem
                problem.place = JSONPointer(place.tokens + problem.place.tokens)
                return problem
            }
        } catch {
            problems.append(.init(place: place, message: "\(error)", expected: nil))
        }
    }
}
