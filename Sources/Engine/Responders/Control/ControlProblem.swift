import Documents
import HTTPMessages

/// Why a control call was refused: what is wrong, where in the JSON, what was expected, and a fix.
struct ControlProblem: Error {
    struct Detail {
        /// A JSON path into the body: `$.times`; nil when the body is not what is wrong.
        var place: String?
        var message: String
        var expected: String?
        var fix: String?
    }

    var status: Int
    var code: String
    var details: [Detail]
    var headers: Headers = [:]

    init(
        _ status: Int, _ code: String, _ message: String, expected: String? = nil, fix: String? = nil,
        headers: Headers = [:]
    ) {
        self.status = status
        self.code = code
        self.headers = headers
        details = [Detail(message: message, expected: expected, fix: fix)]
    }

    /// All that is wrong with a body.
    init(_ problems: Diagnostics, in body: LocatedJSON) {
        status = 400
        code = "invalid_body"
        details = problems.all.map {
            Detail(place: body.pointer(at: $0.place).path, message: $0.message, expected: $0.expected, fix: $0.fix)
        }
    }

    var response: Response {
        let problems = details.map { detail in
            var object = JSONObject([("message", .string(detail.message))])
            if let place = detail.place { object["at"] = .string(place) }
            if let expected = detail.expected { object["expected"] = .string(expected) }
            if let fix = detail.fix { object["fix"] = .string(fix) }
            return JSONValue.object(object)
        }
        let message = details.map { ($0.place.map { "\($0): " } ?? "") + $0.message }.joined(separator: "; ")
        var fields = headers
        fields.add("content-type", "application/json")
        let body: JSONValue = [
            "error": ["code": .string(code), "message": .string(message), "problems": .array(problems)]
        ]
        return Response(status: status, headers: fields, body: body.bytes())
    }
}
