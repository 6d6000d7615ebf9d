import Digests
import Documents
import Transcripts

/// A run as one page that opens from a disk and asks nobody for anything.
///
/// What agents said is in it as JSON, and becomes text nodes when the page is read: none of it is ever taken for markup.
/// The page's policy lets its own script run and no other, and forbids every connection.
public enum HTMLReport {
    /// - Parameter live: Of a page that a server makes anew at each request; it may ask that server, and nobody else.
    public static func page(_ record: RunRecord, live: LiveReport? = nil) -> String {
        var report = JSONReport.report(record, diff: marked)
        if let live { report.set(live.json, at: JSONPointer(["live"])) }
        let data = embedded(report)
        let scriptHash = Base64.encode(Digest.sha256(Array(PageScript.whole.utf8)))
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
            script-src 'sha256-\(scriptHash)'; img-src data:;\(live == nil ? "" : " connect-src 'self';") base-uri 'none'; form-action 'none'">
            <title>Understudy</title>
            <link rel="icon" href="data:,">
            <style>
            \(style)
            </style>
            </head>
            <body>
            <header class="top"><h1><b>Under</b>study</h1><div class="facts" id="facts"></div>
            <input class="search" id="search" type="search" placeholder="Search ( / )" aria-label="Search">
            <button class="plain" id="theme" title="Dark or light (t)">◐</button>
            <button class="plain" id="keys" title="Keys (?)">?</button></header>
            <div class="layout"><nav class="side" id="side" aria-label="Scenarios"></nav><main id="main"></main></div>
            <dialog id="help"><table>
            <tr><td><kbd>j</kbd> <kbd>k</kbd></td><td>next, previous scenario</td></tr>
            <tr><td><kbd>n</kbd> <kbd>p</kbd></td><td>next, previous turn or difference</td></tr>
            <tr><td><kbd>c</kbd> <kbd>d</kbd></td><td>conversation, diff</td></tr>
            <tr><td><kbd>o</kbd></td><td>overview</td></tr>
            <tr><td><kbd>f</kbd></td><td>next filter</td></tr>
            <tr><td><kbd>e</kbd></td><td>open or close what is folded</td></tr>
            <tr><td><kbd>/</kbd></td><td>search</td></tr>
            <tr><td><kbd>t</kbd></td><td>dark or light</td></tr>
            </table><form method="dialog"><button class="plain">Close</button></form></dialog>
            <noscript>This report needs JavaScript, all of which is in this file.</noscript>
            <script type="application/json" id="report">\(data)</script>
            <script>\(PageScript.whole)</script>
            </body>
            </html>

            """
    }

    /// JSON that holds nothing an HTML reader would look at.
    private static func embedded(_ value: JSONValue) -> String {
        var out: [UInt8] = []
        for byte in value.text().utf8 {
            switch byte {
            case UInt8(ascii: "<"): out += Array(#"\u003c"#.utf8)
            case UInt8(ascii: ">"): out += Array(#"\u003e"#.utf8)
            case UInt8(ascii: "&"): out += Array(#"\u0026"#.utf8)
            default: out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// A diff whose changed texts say which of their parts differ.
    private static func marked(_ diff: TranscriptDiff) -> JSONValue {
        var value = JSONReport.diff(diff)
        for (index, operation) in diff.operations.enumerated() {
            let changes: [FieldChange] =
                switch operation {
                case .same, .deleted, .inserted: []
                case .changed(let pair), .moved(let pair, _): pair.changes
                }
            for (number, change) in changes.enumerated() where change.level != .metric {
                guard let before = change.before?.stringValue, let after = change.after?.stringValue else { continue }
                let isCode = [.code, .stdout, .stderr].contains(change.field)
                let pieces = isCode ? TextDiff.lines(before, after) : TextDiff.words(before, after)
                let place = JSONPointer(["operations", String(index), "changes", String(number)])
                value.set(.array(pieces.pieces.map(json)), at: place.appending("pieces"))
                if isCode { value.set(true, at: place.appending("is_code")) }
            }
        }
        return value
    }

    private static func json(_ piece: TextDiff.Piece) -> JSONValue {
        let sign =
            switch piece.side {
            case .both: "="
            case .before: "-"
            case .after: "+"
            }
        return [.string(sign), .string(piece.text)]
    }
}
