import Foundation

/// Times as the service writes them: RFC 3339, whole seconds, always in UTC with `Z`.
public enum HopXTime {
    /// - Parameter seconds: Since 1970; a fraction is dropped.
    public static func text(_ seconds: Double) -> String {
        Date(timeIntervalSince1970: seconds.rounded(.down)).formatted(.iso8601)
    }
}
