import Documents
import Foundation
import HTTPNetwork
import ProjectFiles
import TranscriptStore
import Transcripts

/// What the process ends with.
enum ExitStatus: Int32, Error {
    case asExpected = 0
    /// A difference, a failed expectation or a miss.
    case different = 1
    /// A bad file or flag.
    case badInput = 2
    /// What was seen is not enough to tell.
    case inconclusive = 3
    /// The world failed: a port, a disk, a lock, a live service.
    case worldFailed = 4
    /// Somebody stopped it, as shells number SIGINT.
    case interrupted = 130

    init(for error: any Error) {
        switch error {
        case is Diagnostics, is RunNameError, is AttemptNameError: self = .badInput
        case is Interrupted: self = .interrupted
        case let error as FileError: self = error.isMissing ? .badInput : .worldFailed
        case let error as TranscriptStoreError: self = error.cause == .absent ? .badInput : .worldFailed
        default: self = .worldFailed
        }
    }

    /// The error as its reader needs it; our own errors say all themselves.
    static func message(for error: any Error) -> String {
        switch error {
        case is Diagnostics: "\(error)"
        default: "error: \(error)"
        }
    }

    func leave() -> Never { exit(rawValue) }
}
