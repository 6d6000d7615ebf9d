import Foundation

extension Project {
    /// The file of a scenario by its name; where it is outside the scenarios' folder, its file is its name.
    public func scenarioFile(named scenario: String) -> String {
        scenario.hasSuffix(".yaml") ? scenario : "\(scenariosFolder)/\(scenario).yaml"
    }

    /// Where the baseline of a scenario is, or would be: beside it.
    public func baselineFile(ofScenario scenario: String) -> String {
        String(scenarioFile(named: scenario).dropLast(".yaml".count)) + ".baseline.yaml"
    }

    /// The baselines under the scenarios' folder, sorted, each with the file of the scenario that it is for.
    public var baselineFiles: [(baseline: String, scenario: String)] {
        let paths =
            FileManager.default.enumerator(atPath: scenariosFolder).map { Array($0.compactMap { $0 as? String }) } ?? []
        return paths.filter { $0.hasSuffix(".baseline.yaml") }.sorted().map {
            let baseline = "\(scenariosFolder)/\($0)"
            return (baseline, String(baseline.dropLast(".baseline.yaml".count)) + ".yaml")
        }
    }

    private var pendingFolder: String { folder.isEmpty ? ".understudy/pending" : "\(folder)/.understudy/pending" }

    /// Where the pending review of a scenario is kept: a file of its own for each key.
    public func pendingFile(of key: String) -> String {
        // A letter or digit stays, the parts of a path are folders, anything else is percent-encoded.
        let parts = key.split(separator: "/", omittingEmptySubsequences: false).map { part in
            part.utf8.reduce(into: "") { out, byte in
                let isPlain =
                    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D || byte == 0x5F
                if isPlain {
                    out.unicodeScalars.append(Unicode.Scalar(byte))
                } else {
                    out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
                }
            }
        }
        return pendingFolder + "/" + parts.joined(separator: "/") + ".json"
    }

    /// The files of all pending reviews, sorted.
    public var pendingFiles: [String] {
        let paths =
            FileManager.default.enumerator(atPath: pendingFolder).map { Array($0.compactMap { $0 as? String }) } ?? []
        return paths.filter { $0.hasSuffix(".json") }.sorted().map { "\(pendingFolder)/\($0)" }
    }

    /// Replaces a file's text at once, and makes the folders that it stands in.
    ///
    /// - Throws: `FileError`.
    public func replaceMakingFolders(_ path: String, with bytes: [UInt8]) throws {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        } catch {
            throw FileError("make the folder of", path, cause: error.localizedDescription)
        }
        try replace(path, with: bytes)
    }
}
