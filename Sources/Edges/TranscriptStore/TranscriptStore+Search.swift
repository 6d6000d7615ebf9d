import Foundation
import GRDB
public import Transcripts

extension TranscriptStore {
    /// Texts in which all that is looked for occurs, those that came in last first; each once, at the place stored last.
    ///
    /// - Parameters:
    ///   - scenario: Only its attempts.
    ///   - run: Only its attempts.
    public func search(
        _ query: SearchQuery, scenario: String? = nil, run: Run? = nil, limit: Int
    ) async throws -> [SearchHit] {
        let match = TranscriptStore.expression(query)
        return try await read { db in
            let scenarioID = try scenario.map {
                try Int64.fetchOne(
                    db, sql: "SELECT id FROM scenario WHERE name = CAST(? AS TEXT)", arguments: [Data($0.utf8)]) ?? 0
            }
            let runs = try run.map { run in
                try run.storedIDs.compactMap {
                    try Int64.fetchOne(db, sql: "SELECT id FROM run WHERE uuid = ?", arguments: [$0])
                }
            }
            let places = SearchPlaces(scenario: scenarioID, runs: runs, db)
            // The snippet comes with the row: asked for alone, it would have FTS5 look for all words once more.
            let texts = try Row.fetchCursor(
                db,
                sql: """
                    SELECT rowid, CAST(snippet(search, 0, char(1), char(2), '…', 24) AS BLOB) AS text FROM search
                    WHERE search MATCH ?\(places.conditionOfBody("search.rowid")) ORDER BY rowid DESC
                    """, arguments: [match])
            var hits: [SearchHit] = []
            while hits.count < limit, let row = try texts.next() {
                guard var hit = try places.last(ofBody: row["rowid"]) else { continue }
                hit.snippet = pieces(of: row.optionalText("text") ?? "")
                hits.append(hit)
            }
            return hits
        }
    }

    /// Each term as a string of FTS5's syntax, in which nothing but a quotation mark has a meaning.
    private static func expression(_ query: SearchQuery) -> String {
        query.terms.map { term in
            let text = term.text.replacing("\"", with: "\"\"").replacing("\u{0}", with: " ")
            return "\"\(text)\"" + (term.isPrefix ? " *" : "")
        }.joined(separator: " AND ")
    }
}

/// A part of a text, in which SQLite has marked what was found with characters that no text needs.
private func pieces(of text: String) -> [SearchHit.Piece] {
    var pieces: [SearchHit.Piece] = []
    var piece = SearchHit.Piece("")
    for scalar in text.unicodeScalars {
        guard scalar.value == 1 || scalar.value == 2 else {
            piece.text.unicodeScalars.append(scalar)
            continue
        }
        if !piece.text.isEmpty { pieces.append(piece) }
        piece = SearchHit.Piece("", isMatch: scalar.value == 1)
    }
    if !piece.text.isEmpty { pieces.append(piece) }
    return pieces
}
