extension HopXOperation {
    /// The state that a sandbox must be in for this call; nil where any will do.
    ///
    /// A call in another state is refused by whoever follows the sandbox's life, without a look at what it would do.
    public var neededStatus: HopXSandbox.Status? {
        switch kind {
        case .pauseSandbox, .stopSandbox: .running
        case .resumeSandbox: .paused
        case .startSandbox: .stopped
        case .uploadBuildFiles: nil
        default: plane == .agent ? .running : nil
        }
    }

    /// The state that a sandbox is in once this call has succeeded; nil where it stays as it was.
    public var reachedStatus: HopXSandbox.Status? {
        switch kind {
        case .pauseSandbox: .paused
        case .stopSandbox: .stopped
        case .resumeSandbox, .startSandbox: .running
        default: nil
        }
    }

    /// Whether a sandbox in this state takes the call.
    public func isPossible(in status: HopXSandbox.Status) -> Bool { neededStatus.map { $0 == status } ?? true }
}
