import Documents
import HTTPMessages
import Reports
import TranscriptStore
import Transcripts

/// Answers a browser with the report of a stored run: `/?run=NAME&against=NAME`, and `/version` for whether it has changed.
struct RunView: Responder {
    let store: TranscriptStore
    /// Shown when the address names none.
    let run: String
    let against: String?
    let rules: DiffRules

    /// Runs to choose from.
    private let runLimit = 200

    func respond(to request: Request) async throws -> Response {
        guard ["/", "/version"].contains(request.path) else { return text(404, "there is nothing at \(request.path)") }
        guard request.method == "GET" || request.method == "HEAD" else { return text(405, "only GET is answered") }
        do {
            if request.path == "/version" {
                let version: JSONValue = ["version": .string(try await version(for: request))]
                return Response(
                    headers: ["content-type": "application/json", "cache-control": "no-store"],
                    body: Array(version.text().utf8))
            }
            return Response(
                headers: ["content-type": "text/html; charset=utf-8", "cache-control": "no-store"],
                body: Array(try await page(of: request).utf8))
        } catch let error as RunNameError {
            return text(404, "\(error)")
        }
    }

    /// - Throws: `RunNameError`, `TranscriptStoreError`.
    func page(of request: Request) async throws -> String {
        // Before the run is read: what comes meanwhile makes the page out of date.
        let version = try await version(for: request)
        var record = try await store.record(ofRun: request.queryValue("run") ?? run, rules: rules)
        if let name = request.queryValue("against") ?? against {
            let other = try await store.record(ofRun: name, rules: rules)
            (record.against, record.attemptsBefore) = (other.run, other.attempts)
        }
        return HTMLReport.page(record, live: LiveReport(runs: try await store.runs(limit: runLimit), version: version))
    }

    /// Changes when a run begins or ends, and when an attempt of the shown run does.
    private func version(for request: Request) async throws -> String {
        let run = try await store.run(named: request.queryValue("run") ?? run)
        let attempts = try await store.attempts(of: run)
        let newest = try await store.runs(limit: 1).first?.run
        let ended = attempts.count { $0.endedAt != nil }
        return [
            run.id, run.status.rawValue, "\(attempts.count)", "\(ended)", newest?.id ?? "",
            newest?.status.rawValue ?? "",
        ]
        .joined(separator: " ")
    }

    private func text(_ status: Int, _ text: String) -> Response {
        Response(
            status: status, headers: ["content-type": "text/plain; charset=utf-8"], body: Array((text + "\n").utf8))
    }
}
