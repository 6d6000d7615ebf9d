import Foundation
import HTTPMessages

/// The machine's own time.
struct SystemClock: HTTPMessages.Clock {
    var now: Double { Date().timeIntervalSince1970 }

    func wait(_ duration: Duration) async throws { try await Task.sleep(for: duration) }
}
