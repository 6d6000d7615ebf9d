import Foundation
import Processes
import Testing

@Suite struct PythonShimTests {
    @Test func folderIsPrivateAndGoneAfterwards() async throws {
        let path = try await withPrivateFolder { folder in
            try PythonShim.write(into: "\(folder)/shim")
            #expect(try permissions(folder) == 0o700)
            #expect(try permissions("\(folder)/shim") == 0o700)
            #expect(try permissions("\(folder)/shim/sitecustomize.py") == 0o600)
            return folder
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func folderGoesAlsoWhenSomethingIsThrown() async throws {
        var path = ""
        await #expect(throws: CancellationError.self) {
            try await withPrivateFolder { folder in
                path = folder
                throw CancellationError()
            }
        }
        #expect(!path.isEmpty && !FileManager.default.fileExists(atPath: path))
    }

    @Test func writingAgainChangesNothing() async throws {
        try await withPrivateFolder { folder in
            try PythonShim.write(into: folder)
            let first = try FileManager.default.attributesOfItem(atPath: "\(folder)/sitecustomize.py")
            try PythonShim.write(into: folder)
            let second = try FileManager.default.attributesOfItem(atPath: "\(folder)/sitecustomize.py")
            #expect(first[.systemFileNumber] as? Int == second[.systemFileNumber] as? Int)
        }
    }

    @Test func folderThatCannotBeMadeIsAnError() throws {
        #expect(throws: FolderError.self) { try PythonShim.write(into: "/dev/null/shim") }
    }

    @Test(arguments: [(nil, "/a"), ("", "/a"), ("/b:/c", "/a:/b:/c")] as [(String?, String)])
    func shimComesFirstInThePath(old: String?, path: String) {
        #expect(PythonShim.pythonPath("/a", before: old) == path)
    }

    private func permissions(_ path: String) throws -> Int {
        let value = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        return try #require(value?.intValue) & 0o777
    }
}
