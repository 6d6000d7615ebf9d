import Foundation
import Testing

extension ProjectFolder {
    /// Runs statements on the store; what they print.
    func onStore(_ statements: String) async throws -> String {
        let program = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); \(statements)"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program, path + "/.understudy/store.sqlite"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: output, as: UTF8.self)
    }
}
