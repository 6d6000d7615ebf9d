/// Something with another process went wrong: what was tried, on what, and why.
public struct ProcessError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Problem: Sendable, Equatable {
        case bubblewrapMissing
        /// Each interpreter that was tried, with the reason it is of no use.
        case noPython(tried: [String])
        case cannotStart(String)
        case ended(String)
        /// What came over the control channel was no answer.
        case badAnswer
    }

    public let problem: Problem

    init(_ problem: Problem) { self.problem = problem }

    public var description: String {
        switch problem {
        case .bubblewrapMissing:
            """
            cannot isolate sandboxes: bubblewrap (bwrap) is not installed
              expected: the program bwrap in PATH
              fix: apt-get install bubblewrap
            """
        case .noPython(let tried):
            "cannot run Python in a sandbox: "
                + (tried.isEmpty
                    ? "no python3 found in PATH\n  fix: apt-get install python3"
                    : "no interpreter works\n" + tried.map { "  tried: \($0)" }.joined(separator: "\n"))
        case .cannotStart(let reason): "cannot start a sandbox: \(reason)"
        case .ended(let reason): "the sandbox's processes have ended" + (reason.isEmpty ? "" : ": \(reason)")
        case .badAnswer: "the sandbox's processes have ended: its supervisor gave no proper answer"
        }
    }
}
