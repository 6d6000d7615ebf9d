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
        return try await writeWithoutTransaction(.read) { db in
            try WaitingTexts.indexIfPossible(db)
            var hits: [SearchHit] = []
            try db.inTransaction(.deferred) {
                hits = try WaitingTexts.reading(db) { indexes in
                    let places = SearchPlaces(
                        scenario: try scenario.map { try TranscriptStore.id(ofScenario: $0, db) },
                        runs: try run.map { try TranscriptStore.ids(of: $0, db) }, uses: indexes.uses, db)
                    return try TranscriptStore.hits(match, indexes.search, places, limit: limit, db)
                }
                return .commit
            }
            return hits
        }
    }

    private static func hits(
        _ match: String, _ indexes: [String], _ places: SearchPlaces, limit: Int, _ db: Database
    ) throws -> [SearchHit] {
        // The snippet comes with the row: asked for alone, it would have FTS5 look for all words once more.
        let newestFirst = indexes.map { index in
            """
            SELECT rowid, CAST(snippet(\(index), 0, char(1), char(2), '…', 24) AS BLOB) AS text FROM \(index)
            WHERE \(index) MATCH ?1\(places.conditionOfBody("\(index).rowid"))
            """
        }.joined(separator: " UNION ALL ")
        let texts = try Row.fetchCursor(db, sql: "\(newestFirst) ORDER BY 1 DESC", arguments: [match])
        var hits: [SearchHit] = []
        while hits.count < limit, let row = try texts.next() {
            guard var hit = try places.last(ofBody: row["rowid"]) else { continue }
            hit.snippet = pieces(of: row.optionalText("text") ?? "")
            hits.append(hit)
        }
        return hits
    }

    /// 0, which none has, when there is no such scenario.
    private static func id(ofScenario name: String, _ db: Database) throws -> Int64 {
        let id = try Int64.fetchOne(
            db, sql: "SELECT id FROM scenario WHERE name = CAST(? AS TEXT)", arguments: [Data(name.utf8)])
        return id ?? 0
    }

    private static func ids(of run: Run, _ db: Database) throws -> [Int64] {
        try run.storedIDs.compactMap { id in
            try Int64.fetchOne(db, sql: "SELECT id FROM run WHERE uuid = ?", arguments: [id])
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
