import Documents
import HTTPMessages

/// The JSON body of a control call, read with a place for each error.
struct ControlBody {
    /// Bytes; a rule with a large answer fits.
    static let bound = 1 << 20

    let json: LocatedJSON

    /// - Parameter example: What the body might be, for the message when it is none.
    /// - Throws: `ControlProblem`.
    init(_ request: Request, example: String) throws {
        guard request.body.count <= ControlBody.bound else {
            throw ControlProblem(413, "body_too_large", "the body has more than \(ControlBody.bound) bytes")
        }
        do {
            guard case .object(var object) = try JSONValue(parsing: request.body) else {
                throw ControlProblem(400, "invalid_body", "the body must be a mapping", expected: example)
            }
            // Clients that write all their members send null for those that are not set.
            for member in object.members where member.value.isNull { object[member.name] = nil }
            json = LocatedJSON(.object(object))
        } catch let error as JSONError {
            throw ControlProblem(400, "invalid_json", "the body is not JSON: \(error)", expected: example)
        }
    }

    /// Reads the members, and finds those that nobody knows.
    ///
    /// - Throws: `ControlProblem` with all that is wrong.
    func read<Value>(_ what: String, _ read: (inout MappingReader) -> Value?) throws -> Value {
        var reader = MappingReader(json.node, file: "body", what: what)
        let value = read(&reader)
        let problems = reader.finish()
        guard let value, problems.isEmpty else { throw ControlProblem(Diagnostics(problems), in: json) }
        return value
    }
}
