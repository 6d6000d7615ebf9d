import Cassettes
import Foundation

/// Takes secrets out of whatever is stored or printed: by their shape, and those of this process's environment by their text.
struct Discretion: Sendable {
    private let redactor = Redactor()
    private let literals: LiteralSecrets

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        literals = LiteralSecrets(environment: environment)
    }

    func redact(_ text: String) -> String {
        String(decoding: literals.redact(Array(redactor.redact(text).utf8)), as: UTF8.self)
    }
}
